using System.Net;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using StepExport.Configuration;
using StepExport.Http;
using StepExport.Sources.Webhook;

namespace StepExport.Checks;

/// <summary>What the shape of <c>checks.gitHub</c> does not say.</summary>
internal static partial class GitHubRules
{
    private const string Section = "checks.gitHub";
    private const string Hook = $"{Section}.webhook";

    /// <summary>Characters of a check run's name.</summary>
    private const int LongestName = 100;

    /// <summary>Bits of an RSA key.</summary>
    private const int LeastKeySize = 2048;

    public static void Validate(GitHubConfig gitHub, ExportConfig config, ConfigProblems problems)
    {
        ValidateApi(gitHub, problems);
        if (!App().IsMatch(gitHub.AppId))
            problems.Add($"{Section}.appId", $"'{gitHub.AppId}' is not the number or the client id of an App; write one like \"123456\" or Iv23liABCdefGHIjklMN");
        if (KeyProblem(gitHub.PrivateKey) is { } problem) problems.Add($"{Section}.privateKey", problem);
        problems.AddIfBlank($"{Section}.checkName", gitHub.CheckName);
        if (gitHub.CheckName.Length > LongestName)
            problems.Add($"{Section}.checkName", FormattableString.Invariant($"has {gitHub.CheckName.Length} characters; write at most {LongestName}"));
        if (gitHub.Retry.Initial.Value > gitHub.Retry.Max.Value)
            problems.Add($"{Section}.retry.initial", $"{gitHub.Retry.Initial} is more than max {gitHub.Retry.Max}; lower it or raise max");
        ChecksRules.Under(Section, problems, found =>
        {
            HttpProxy.Validate(gitHub.Proxy, user: null, password: null, found);
            TlsFiles.Validate(gitHub.Tls, found);
        });
        if (gitHub.Webhook is { } webhook) ValidateWebhook(webhook, config, problems);
    }

    private static void ValidateApi(GitHubConfig gitHub, ConfigProblems problems)
    {
        const string Path = $"{Section}.apiUrl";
        const string Example = "https://api.github.com, or https://HOST/api/v3 of an Enterprise Server";
        if (HttpAddress.Read(Path, gitHub.ApiUrl, Example, problems) is not { } address) return;
        if (address.Query.Length > 0 || address.Fragment.Length > 0 || address.Host is "github.com" or "www.github.com")
            problems.Add(Path, $"'{gitHub.ApiUrl}' is not the REST API; write it as {Example}");
        HttpAddress.WarnOfPlain(Path, address, "the tokens of the App", problems);
    }

    /// <summary>Without a word of the key.</summary>
    private static string? KeyProblem(Secret key)
    {
        try
        {
            using var rsa = RSA.Create();
            rsa.ImportFromPem(key.Reveal());
            rsa.ExportParameters(includePrivateParameters: true);
            return rsa.KeySize >= LeastKeySize ? null : FormattableString.Invariant($"is an RSA key of {rsa.KeySize} bits; let GitHub generate a new one");
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            return "is no RSA private key in PEM; write ${file:PATH} with the .pem file that GitHub gave for the App";
        }
        catch (IOException)
        {
            // The loader has said so already.
            return null;
        }
    }

    private static void ValidateWebhook(GitHubWebhookConfig webhook, ExportConfig config, ConfigProblems problems)
    {
        if (!HookPath().IsMatch(webhook.Path)) problems.Add($"{Hook}.path", $"'{webhook.Path}' is not a path; write one like /v1/github");
        problems.AddIfBlank($"{Hook}.tls.cert", webhook.Tls?.Cert);
        problems.AddIfBlank($"{Hook}.tls.key", webhook.Tls?.Key);
        problems.AddIfBlank($"{Hook}.tls.clientCa", webhook.Tls?.ClientCa);
        if (ListenAddress.TryParse(webhook.Listen) is not { } endPoint)
        {
            problems.Add($"{Hook}.listen", $"'{webhook.Listen}' is not an address and port; write 0.0.0.0:8972, [::]:8972 or 127.0.0.1:8972");
            return;
        }

        if (webhook.Tls is null && !IPAddress.IsLoopback(endPoint.Address))
        {
            problems.Warn($"{Hook}.tls", $"is missing, and other machines can reach {webhook.Listen}: anyone on the way can read and hold back what GitHub delivers; "
                + "set it, or let a proxy in front speak TLS and listen on 127.0.0.1");
        }

        var others = config.Sources.Where(source => source.Config is WebhookConfig).Select(source => (Path: $"sources.{source.Name}.listen", ((WebhookConfig)source.Config).Listen))
            .Prepend(("admin.listen", config.Admin.Listen));
        foreach (var (path, listen) in others)
        {
            if (ListenAddress.TryParse(listen) is { } other && Collide(endPoint, other))
                problems.Add($"{Hook}.listen", $"{webhook.Listen} is taken by {path} {listen}; choose another port, for GitHub's deliveries alone");
        }
    }

    private static bool Collide(IPEndPoint one, IPEndPoint other) =>
        one.Port == other.Port && one.Port != 0 && (one.Address.Equals(other.Address) || IsAny(one.Address) || IsAny(other.Address));

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,99}\z", RegexOptions.CultureInvariant)]
    private static partial Regex App();

    [GeneratedRegex(@"\A/[^?#%\s]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex HookPath();
}
