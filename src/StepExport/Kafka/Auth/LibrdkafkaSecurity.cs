using Confluent.Kafka;
using StepExport.Configuration;
using StepExport.Http;

namespace StepExport.Kafka.Auth;

/// <summary>The settings of librdkafka behind <c>tls</c> and <c>sasl</c>.</summary>
internal static class LibrdkafkaSecurity
{
    /// <summary>Settings outside of <c>sasl.*</c> and <c>security.*</c>, which are refused as a whole.</summary>
    private static readonly Dictionary<string, string> Instead = new(StringComparer.Ordinal)
    {
        ["ssl.ca.location"] = "tls.ca",
        ["ssl.ca.pem"] = "tls.ca",
        ["ssl.certificate.location"] = "tls.cert",
        ["ssl.certificate.pem"] = "tls.cert",
        ["ssl.key.location"] = "tls.key",
        ["ssl.key.pem"] = "tls.key",
        ["ssl.keystore.location"] = "tls.cert and tls.key",
        ["ssl.keystore.password"] = "tls.cert and tls.key",
        ["enable.ssl.certificate.verification"] = "tls.verify",
        ["ssl.endpoint.identification.algorithm"] = "tls.verify",
        ["enable.sasl.oauthbearer.unsecure.jwt"] = "sasl.oidc",
    };

    public static string? InsteadOf(string key) => key switch
    {
        "security.protocol" => "tls: {} for TLS, sasl for a login",
        "sasl.mechanism" or "sasl.mechanisms" => "sasl.mechanism",
        "sasl.username" or "sasl.password" => key,
        _ when key.StartsWith("sasl.oauthbearer.", StringComparison.Ordinal) => "sasl.oidc",
        _ when key.StartsWith("sasl.", StringComparison.Ordinal) || key.StartsWith("security.", StringComparison.Ordinal) => "sasl",
        _ => Instead.GetValueOrDefault(key),
    };

    public static SaslMechanism Mechanism(string mechanism) => mechanism switch
    {
        KafkaMechanism.Plain => SaslMechanism.Plain,
        KafkaMechanism.ScramSha256 => SaslMechanism.ScramSha256,
        KafkaMechanism.ScramSha512 => SaslMechanism.ScramSha512,
        // MSK takes its signed request as a bearer token.
        KafkaMechanism.OAuthBearer or KafkaMechanism.AwsMskIam => SaslMechanism.OAuthBearer,
        _ => throw new ArgumentOutOfRangeException(nameof(mechanism), mechanism, null),
    };

    /// <exception cref="IOException">A file cannot be read, or does not hold what it should.</exception>
    public static void ApplyTls(TlsConfig? tls, ClientConfig config)
    {
        if (tls is null) return;
        // Read here first: librdkafka would say "No such file or directory" without a name, or nothing at all.
        if (tls.Ca is { } ca) _ = TlsFiles.Trust(ca);
        if (tls is { Cert: { } cert, Key: { } key })
        {
            _ = TlsFiles.OwnCertificate(cert, key);
            config.SslCertificateLocation = cert;
            config.SslKeyLocation = key;
        }

        config.SslCaLocation = tls.Ca;
        config.EnableSslCertificateVerification = tls.Verify;
        config.SslEndpointIdentificationAlgorithm = tls.Verify ? SslEndpointIdentificationAlgorithm.Https : SslEndpointIdentificationAlgorithm.None;
    }
}
