using System.Text.RegularExpressions;
using StepExport.Configuration;
using StepExport.Http;

namespace StepExport.Checks;

/// <summary>What the shape of <c>checks.signIn</c> does not say.</summary>
internal static partial class SignInRules
{
    private const string Operators = "checks.signIn.operators";
    private const string Oidc = "checks.signIn.oidc";

    public static void Validate(SignInConfig config, AdminConfig admin, ConfigProblems problems)
    {
        foreach (var (name, person) in config.Operators)
        {
            if (!Name().IsMatch(name)) problems.Add($"{Operators}.{name}", "cannot be the name of an operator; use up to 64 letters, digits, - _ . and begin with a letter or digit");
            problems.AddIfBlank($"{Operators}.{name}.login", person.Login);
        }

        ValidateTokens(config, admin, problems);
        if (config.Oidc is { } oidc) ValidateOidc(oidc, problems);
    }

    /// <summary>A token that two have says of neither who it is.</summary>
    private static void ValidateTokens(SignInConfig config, AdminConfig admin, ConfigProblems problems)
    {
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var token in Lines(admin.Token)) owners[token] = "admin.token";
        foreach (var (name, person) in config.Operators)
        {
            var path = $"{Operators}.{name}.token";
            foreach (var token in Lines(person.Token))
            {
                if (!owners.TryAdd(token, path) && owners[token] != path)
                    problems.Add(path, $"is that of {owners[token]}, too: who approved could not be told; give each a token of his own");
            }
        }
    }

    private static string[] Lines(Secret? secret)
    {
        try
        {
            return secret?.Reveal().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        }
        catch (IOException)
        {
            // The loader has said so already.
            return [];
        }
    }

    private static void ValidateOidc(OidcConfig oidc, ConfigProblems problems)
    {
        const string Example = "https://login.example.com/realms/acme";
        if (HttpAddress.Read($"{Oidc}.authority", oidc.Authority, Example, problems) is { } authority)
        {
            if (authority.Query.Length > 0 || authority.Fragment.Length > 0)
                problems.Add($"{Oidc}.authority", $"'{oidc.Authority}' has more than an issuer's address; write it as {Example}");
            HttpAddress.WarnOfPlain($"{Oidc}.authority", authority, "sign-ins and the client secret", problems);
        }

        problems.AddIfBlank($"{Oidc}.clientId", oidc.ClientId);
        problems.AddIfBlank($"{Oidc}.loginClaim", oidc.LoginClaim);
        problems.AddIfBlank($"{Oidc}.groupsClaim", oidc.GroupsClaim);
        for (var i = 0; i < oidc.Scopes.Count; i++)
        {
            if (!Scope().IsMatch(oidc.Scopes[i])) problems.Add(ConfigPath.Item($"{Oidc}.scopes", i), $"'{oidc.Scopes[i]}' is not a scope; write each on its own: [profile, groups]");
        }

        ChecksRules.Under(Oidc, problems, found => TlsFiles.Validate(oidc.Tls, found));
    }

    [GeneratedRegex(@"\A" + ComponentReader.NamePattern + @"\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    /// <summary>RFC 6749, 3.3.</summary>
    [GeneratedRegex(@"\A[\x21\x23-\x5B\x5D-\x7E]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Scope();
}
