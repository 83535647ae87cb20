using System.Text.RegularExpressions;
using StepExport.Configuration;
using StepExport.Core.Checks;
using StepExport.Http;

namespace StepExport.Checks;

/// <summary>What the shape of <c>checks</c> does not say.</summary>
internal static partial class ChecksRules
{
    /// <summary>Of the built-in sink that feeds the checks.</summary>
    public const string SinkName = "checks";

    private const string Section = "checks";
    private const string PublicUrl = $"{Section}.publicUrl";

    public static void Validate(ExportConfig config, ConfigProblems problems)
    {
        if (config.Checks is not { } checks) return;
        if (config.Sinks.Any(sink => sink.Name == SinkName))
            problems.Add($"sinks.{SinkName}", "is the name of the sink that feeds the checks; choose another one while there is a section checks");
        ValidateAddress(checks, problems);
        ValidateRules(checks.Rules, problems);
        ValidateApprovers(checks, problems);
        SignInRules.Validate(checks.SignIn, config.Admin, problems);
        if (checks.GitHub is { } gitHub) GitHubRules.Validate(gitHub, config, problems);
        WarnOfClosedDoors(config, checks, problems);
    }

    /// <summary>Lets somebody else look at a section of his, whose paths begin there.</summary>
    public static void Under(string section, ConfigProblems problems, Action<ConfigProblems> validate)
    {
        var found = new ConfigProblems();
        validate(found);
        foreach (var (path, message) in found.All) problems.Add(ConfigPath.Join(section, path), message);
        foreach (var (path, message) in found.Warnings) problems.Warn(ConfigPath.Join(section, path), message);
    }

    private static void ValidateAddress(ChecksConfig checks, ConfigProblems problems)
    {
        const string Example = "https://stepexport.example.com";
        if (checks.PublicUrl is null)
        {
            if (checks.SignIn.Oidc is not null)
                problems.Add(PublicUrl, $"is missing, and the identity provider sends people back to a fixed address; write it as {Example}");
            return;
        }

        if (HttpAddress.Read(PublicUrl, checks.PublicUrl, Example, problems) is not { } address) return;
        if (address.PathAndQuery != "/" || address.Fragment.Length > 0)
            problems.Add(PublicUrl, $"'{checks.PublicUrl}' has more than an address: the pages have a host of their own, at its root; write it as {Example}");
        HttpAddress.WarnOfPlain(PublicUrl, address, "sign-ins and the cookies that stand for them", problems);
    }

    private static void ValidateRules(CheckRulesConfig rules, ConfigProblems problems)
    {
        for (var i = 0; i < rules.FailTypes.Count; i++) problems.AddIfBlank(ConfigPath.Item($"{Section}.rules.failTypes", i), rules.FailTypes[i]);
        if (rules is { FailTypes.Count: 0, FailSeverity: "none" })
            problems.Warn($"{Section}.rules.failTypes", "is empty and failSeverity is none: no check ever fails; list the types that should");
        for (var i = 0; i < rules.Expected.Count; i++)
        {
            var (section, expected) = (ConfigPath.Item($"{Section}.rules.expected", i), rules.Expected[i]);
            for (var j = 0; j < expected.Repos.Count; j++) problems.AddIfBlank(ConfigPath.Item($"{section}.repos", j), expected.Repos[j]);
            for (var j = 0; j < expected.Endpoints.Count; j++) ValidateEndpoint(ConfigPath.Item($"{section}.endpoints", j), expected.Endpoints[j], problems);
        }
    }

    private static void ValidateEndpoint(string path, string text, ConfigProblems problems)
    {
        if (ExpectedEndpoint.TryParse(text, ["*"]) is null)
            problems.Add(path, $"'{text}' is not a host, address or network; write one like ghcr.io:443, *.docker.io, 10.0.0.0/8 or [2001:db8::1]:443");
        else if (Everywhere().IsMatch(text))
            problems.Warn(path, $"{text}: every address is expected, so a call to one never fails a check, except by its severity; name the networks that are meant");
    }

    private static void ValidateApprovers(ChecksConfig checks, ConfigProblems problems)
    {
        const string Approvers = $"{Section}.approvers";
        var approvers = checks.Approvers;
        for (var i = 0; i < approvers.Logins.Count; i++)
        {
            if (!Login().IsMatch(approvers.Logins[i]))
                problems.Add(ConfigPath.Item($"{Approvers}.logins", i), $"'{approvers.Logins[i]}' is not a login; write it without @ and blanks");
        }

        for (var i = 0; i < approvers.Teams.Count; i++)
        {
            if (!Team().IsMatch(approvers.Teams[i]))
                problems.Add(ConfigPath.Item($"{Approvers}.teams", i), $"'{approvers.Teams[i]}' is not a team; write org/team, as in the address of its page: without @, with - for blanks");
        }

        for (var i = 0; i < approvers.Groups.Count; i++) problems.AddIfBlank(ConfigPath.Item($"{Approvers}.groups", i), approvers.Groups[i]);
        if (approvers.Teams.Count > 0 && checks.GitHub is null)
            problems.Add($"{Approvers}.teams", "who is in a team only GitHub knows; add checks.gitHub or list logins");
        if (approvers.Groups.Count > 0 && checks.SignIn.Oidc is null)
            problems.Add($"{Approvers}.groups", "who is in a group only the identity provider knows; add checks.signIn.oidc or list logins");
        if (approvers is { Logins.Count: 0, Teams.Count: 0, Groups.Count: 0 })
            problems.Warn(Approvers, "names nobody: what fails is never approved; list logins, teams or groups");
        if (approvers.Authors)
            problems.Warn($"{Approvers}.authors", "true: who opened a pull request can approve what its runs did; remove it");
    }

    private static void WarnOfClosedDoors(ExportConfig config, ChecksConfig checks, ConfigProblems problems)
    {
        var isOff = config.Admin.Listen == ListenAddress.Off;
        if (isOff) problems.Warn("admin.listen", "off: nobody reaches the pages of the checks, their API, and 'stepexport checks'; write 127.0.0.1:8970");
        var canSignIn = !isOff && checks.SignIn is not { Operators.Count: 0, Oidc: null };
        if (!canSignIn && checks.GitHub?.Webhook is null)
            problems.Warn($"{Section}.signIn", "nobody can sign in, and no button comes from GitHub: nobody can approve; add operators, oidc, or checks.gitHub.webhook");
    }

    /// <summary>A network with a prefix of 0 bits.</summary>
    [GeneratedRegex(@"/0+(\]?(:[0-9]+)?)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Everywhere();

    /// <summary>Of GitHub, with the suffix [bot], or an operator's or an identity provider's: those can be mail addresses.</summary>
    [GeneratedRegex(@"\A[^\s@\p{C}][^\s\p{C}]{0,254}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Login();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_-]*/[A-Za-z0-9_][A-Za-z0-9_.-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Team();
}
