using System.Text.RegularExpressions;
using StepExport.Aws;
using StepExport.Configuration;
using StepExport.Http;

namespace StepExport.Kafka.Auth;

/// <summary>What the shape of <c>tls</c> and <c>sasl</c> does not show to be wrong.</summary>
internal static partial class KafkaSecurityRules
{
    public static void Validate(string servers, TlsConfig? tls, KafkaSaslConfig? sasl, ConfigProblems problems)
    {
        if (tls is null)
            ReportPlain(servers, sasl?.Mechanism, problems);
        else
            TlsFiles.Validate(tls, problems);
        if (sasl is null) return;
        if (KafkaMechanism.TakesPassword(sasl.Mechanism))
        {
            Need("username", sasl.Username, sasl.Mechanism, problems);
            Need("password", sasl.Password, sasl.Mechanism, problems);
        }
        else
        {
            Refuse("username", sasl.Username, sasl.Mechanism, problems);
            Refuse("password", sasl.Password, sasl.Mechanism, problems);
        }

        var takesOidc = sasl.Mechanism == KafkaMechanism.OAuthBearer;
        (takesOidc ? (Rule)Need : Refuse)("oidc", sasl.Oidc, sasl.Mechanism, problems);
        var takesAws = sasl.Mechanism == KafkaMechanism.AwsMskIam;
        (takesAws ? (Rule)Need : Refuse)("aws", sasl.Aws, sasl.Mechanism, problems);
        if (takesOidc && sasl.Oidc is { } oidc) ValidateOidc(oidc, problems);
        if (takesAws && sasl.Aws is { } aws) ValidateAws(aws, problems);
    }

    private delegate void Rule(string key, object? value, string mechanism, ConfigProblems problems);

    private static void ReportPlain(string servers, string? mechanism, ConfigProblems problems)
    {
        if (mechanism == KafkaMechanism.AwsMskIam)
            problems.Add("tls", "is missing, and MSK takes IAM over TLS only; add 'tls: {}'");
        else if (!BootstrapServers.AreLocal(servers))
            problems.Warn("tls", $"is missing: {Exposed(mechanism)} unencrypted, and anyone on the way can read them; add 'tls: {{}}' when the brokers speak TLS");
    }

    private static string Exposed(string? mechanism) => mechanism switch
    {
        KafkaMechanism.Plain => "the password and the events travel",
        KafkaMechanism.OAuthBearer => "the token and the events travel",
        _ => "the events travel",
    };

    private static void Need(string key, object? value, string mechanism, ConfigProblems problems)
    {
        if (value is null or "" || (value is string text && string.IsNullOrWhiteSpace(text)))
            problems.Add($"sasl.{key}", $"is missing: {mechanism} needs it; add it");
    }

    private static void Refuse(string key, object? value, string mechanism, ConfigProblems problems)
    {
        if (value is not null) problems.Add($"sasl.{key}", $"has no effect with mechanism {mechanism}; remove it or correct the mechanism");
    }

    private static void ValidateOidc(KafkaOidcConfig oidc, ConfigProblems problems)
    {
        if (!Uri.TryCreate(oidc.TokenEndpoint, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0)
            problems.Add("sasl.oidc.tokenEndpoint", "is not an address; write it as https://host/path");
        else if (uri.UserInfo.Length > 0 || uri.Fragment.Length > 0)
            problems.Add("sasl.oidc.tokenEndpoint", "has a user, a password or a fragment in it; write clientId and clientSecret instead");
        else
            HttpAddress.WarnOfPlain("sasl.oidc.tokenEndpoint", uri, "the client secret and the token", problems);
        if (oidc.Proxy is not null) HttpAddress.Read("sasl.oidc.proxy", oidc.Proxy, "http://proxy:3128", problems);
        problems.AddIfBlank("sasl.oidc.clientId", oidc.ClientId);
        problems.AddIfBlank("sasl.oidc.scope", oidc.Scope);
        problems.AddIfBlank("sasl.oidc.audience", oidc.Audience);
        foreach (var (key, value) in oidc.Extensions)
        {
            if (key == "auth" || !key.All(char.IsAsciiLetter) || key.Length == 0)
                problems.Add($"sasl.oidc.extensions.{key}", "is not an extension's name; it has letters only and is not 'auth'");
            else if (value.Length == 0 || !value.All(c => c is >= ' ' and <= '~'))
                problems.Add($"sasl.oidc.extensions.{key}", "must be printable ASCII text");
        }

        var inOidc = new ConfigProblems();
        TlsFiles.Validate(oidc.Tls, inOidc);
        foreach (var (path, message) in inOidc.All) problems.Add($"sasl.oidc.{path}", message);
        foreach (var (path, message) in inOidc.Warnings) problems.Warn($"sasl.oidc.{path}", message);
    }

    private static void ValidateAws(KafkaAwsConfig aws, ConfigProblems problems)
    {
        if (!Region().IsMatch(aws.Region)) problems.Add("sasl.aws.region", $"'{aws.Region}' is not a region; write it like eu-west-1");
        AwsCredentialRules.Validate("sasl.aws.", aws.Credentials, aws.StsEndpoint, problems);
    }

    [GeneratedRegex(@"^[a-z]{2,3}(-[a-z]+)+-[0-9]{1,2}\z")]
    private static partial Regex Region();
}
