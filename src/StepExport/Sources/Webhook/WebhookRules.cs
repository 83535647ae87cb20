using System.Buffers;
using System.Net;
using StepExport.Configuration;

namespace StepExport.Sources.Webhook;

/// <summary>What the shape of <see cref="WebhookConfig"/> does not show.</summary>
internal static class WebhookRules
{
    /// <summary>Characters of an HTTP header's name (RFC 9110, 5.6.2).</summary>
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    private static readonly SearchValues<char> NotInPaths = SearchValues.Create("?#% \t\r\n");

    public static void Validate(WebhookConfig config, ConfigProblems problems)
    {
        ValidateListen(config, problems);
        if (!config.Path.StartsWith('/') || config.Path.AsSpan().ContainsAny(NotInPaths))
            problems.Add("path", $"'{config.Path}' is not a path; write one like /v1/detections");
        if (config.MaxBufferedBytes.Bytes < 2 * config.MaxBodySize.Bytes)
            problems.Add("maxBufferedBytes", $"{config.MaxBufferedBytes} is less than twice maxBodySize: a large compressed body would never fit; raise it");
        ValidateAuth(config.Auth, problems);
        problems.AddIfBlank("tls.cert", config.Tls?.Cert);
        problems.AddIfBlank("tls.key", config.Tls?.Key);
        problems.AddIfBlank("tls.clientCa", config.Tls?.ClientCa);
    }

    private static void ValidateListen(WebhookConfig config, ConfigProblems problems)
    {
        if (ListenAddress.TryParse(config.Listen) is not { } endPoint)
            problems.Add("listen", $"'{config.Listen}' is not an address and port; write 0.0.0.0:8971, [::]:8971 or 127.0.0.1:8971");
        else if (config.Tls is null && !IPAddress.IsLoopback(endPoint.Address))
            problems.Warn("tls", $"is missing, and other machines can reach {config.Listen}: anyone on the way can read the credentials and the events; "
                + "set it, or let a proxy in front speak TLS and listen on 127.0.0.1");
    }

    private static void ValidateAuth(WebhookAuthConfig auth, ConfigProblems problems)
    {
        if (auth is { Bearer: null, Hmac: null })
            problems.Add("auth", "lets nobody in; set bearer, hmac or both");
        ValidateHeader("auth.bearerHeader", auth.BearerHeader, problems);
        if (auth.Hmac is not { } hmac) return;
        ValidateHeader("auth.hmac.header", hmac.Header, problems);
        if (auth.Bearer is not null && hmac.Header.Equals(auth.BearerHeader, StringComparison.OrdinalIgnoreCase))
            problems.Add("auth.hmac.header", "is the header of the token, too; choose another one");
    }

    private static void ValidateHeader(string path, string name, ConfigProblems problems)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(NameCharacters))
            problems.Add(path, $"'{name}' is not the name of an HTTP header; write one like X-Webhook-Token");
    }
}
