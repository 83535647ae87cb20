using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StepExport.Configuration;
using StepExport.Kafka.Auth;
using StepExport.Testing;

namespace StepExport.Tests.Kafka.Auth;

/// <summary>Every way to write the sections, and the settings of librdkafka that come of it.</summary>
public sealed class KafkaSecurityTests : IDisposable
{
    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    public static TheoryData<string, string> Mechanisms => new()
    {
        { "plain", "PLAIN" },
        { "scram-sha-256", "SCRAM-SHA-256" },
        { "scram-sha-512", "SCRAM-SHA-512" },
        { "oauthbearer", "OAUTHBEARER" },
        { "aws_msk_iam", "OAUTHBEARER" },
    };

    [Theory]
    [MemberData(nameof(Mechanisms))]
    public void Each_mechanism_sets_exactly_its_settings(string mechanism, string name)
    {
        var sasl = Sasl(mechanism);
        var takesPassword = sasl.Password is not null;

        Dictionary<string, string> expected = new() { ["security.protocol"] = "sasl_plaintext", ["sasl.mechanism"] = name };
        if (takesPassword) (expected["sasl.username"], expected["sasl.password"]) = ("exporter", "pw");
        Assert.Equal(expected, Settings(null, sasl));

        expected["security.protocol"] = "sasl_ssl";
        expected["enable.ssl.certificate.verification"] = "True";
        expected["ssl.endpoint.identification.algorithm"] = "https";
        Assert.Equal(expected, Settings(new(), sasl));

        using var security = new KafkaSecurity(null, sasl, TimeProvider.System, NullLogger.Instance);
        Assert.Equal(!takesPassword, security.NeedsTokens);
    }

    [Fact]
    public void Without_sections_nothing_is_encrypted_and_nobody_logs_in() =>
        Assert.Equal(new() { ["security.protocol"] = "plaintext" }, Settings(null, null));

    [Fact]
    public void An_empty_tls_section_asks_for_tls_with_the_systems_trust() =>
        Assert.Equal(
            new()
            {
                ["security.protocol"] = "ssl",
                ["enable.ssl.certificate.verification"] = "True",
                ["ssl.endpoint.identification.algorithm"] = "https",
            },
            Settings(new(), null));

    [Fact]
    public void Files_and_verification_are_handed_on()
    {
        using var own = _authority.Issue("exporter");
        var (cert, key) = _authority.Save(own, "exporter");

        Assert.Equal(
            new()
            {
                ["security.protocol"] = "ssl",
                ["ssl.ca.location"] = _authority.CaFile,
                ["ssl.certificate.location"] = cert,
                ["ssl.key.location"] = key,
                ["enable.ssl.certificate.verification"] = "True",
                ["ssl.endpoint.identification.algorithm"] = "https",
            },
            Settings(new() { Ca = _authority.CaFile, Cert = cert, Key = key }, null));
        Assert.Equal(
            new()
            {
                ["security.protocol"] = "ssl",
                ["enable.ssl.certificate.verification"] = "False",
                ["ssl.endpoint.identification.algorithm"] = "none",
            },
            Settings(new() { Verify = false }, null));
    }

    [Fact]
    public void Files_and_secrets_that_cannot_be_read_are_named()
    {
        using var own = _authority.Issue("exporter");
        var (cert, key) = _authority.Save(own, "exporter");
        var (_, foreignKey) = _authority.Save(_authority.Issue("other"), "other");

        AssertRefused(new() { Ca = "/nowhere/ca.pem" }, null, "tls.ca: /nowhere/ca.pem cannot be read");
        AssertRefused(new() { Ca = key }, null, $"tls.ca: {key} holds no PEM certificate");
        AssertRefused(new() { Cert = cert, Key = foreignKey }, null, $"tls.key: {foreignKey} cannot be used with {cert}");
        AssertRefused(null, Sasl("plain") with { Password = new("${file:/nowhere/pw}") }, "sasl.password: file /nowhere/pw does not exist");
    }

    [Fact]
    public void A_rebuilt_producer_gets_the_password_as_it_is_then()
    {
        using var folder = new TemporaryFolder();
        var sasl = Sasl("plain") with { Password = new($"${{file:{folder.Write("password", "old")}}}") };
        using var security = new KafkaSecurity(null, sasl, TimeProvider.System, NullLogger.Instance);
        var config = new ClientConfig();

        security.Apply(config);
        Assert.Equal("old", config.SaslPassword);
        folder.Write("password", "new");
        security.Apply(config);
        Assert.Equal("new", config.SaslPassword);
    }

    [Theory]
    [InlineData("security.protocol", "tls: {} for TLS, sasl for a login")]
    [InlineData("sasl.mechanisms", "sasl.mechanism")]
    [InlineData("sasl.password", "sasl.password")]
    [InlineData("sasl.oauthbearer.client.secret", "sasl.oidc")]
    [InlineData("sasl.kerberos.service.name", "sasl")]
    [InlineData("ssl.ca.location", "tls.ca")]
    [InlineData("enable.ssl.certificate.verification", "tls.verify")]
    [InlineData("ssl.cipher.suites", null)]
    [InlineData("linger.ms", null)]
    public void Settings_that_belong_to_the_sections_are_told_from_the_others(string key, string? instead) =>
        Assert.Equal(instead, KafkaSecurity.InsteadOf(key));

    [Theory]
    [MemberData(nameof(Mechanisms))]
    public void Whatever_is_set_is_kept_from_the_pass_through(string mechanism, string name)
    {
        Assert.NotEmpty(name);
        Assert.All(Settings(new() { Ca = _authority.CaFile }, Sasl(mechanism)).Keys, key => Assert.NotNull(KafkaSecurity.InsteadOf(key)));
    }

    internal static KafkaSaslConfig Sasl(string mechanism) => mechanism switch
    {
        "oauthbearer" => new() { Mechanism = mechanism, Oidc = new() { TokenEndpoint = "https://login.example.com/token", ClientId = "exporter", ClientSecret = new("s3cret") } },
        "aws_msk_iam" => new() { Mechanism = mechanism, Aws = new() { Region = "eu-west-1" } },
        _ => new() { Mechanism = mechanism, Username = "exporter", Password = new("pw") },
    };

    /// <summary>What a real producer was built with, so that librdkafka has accepted it.</summary>
    private static Dictionary<string, string> Settings(TlsConfig? tls, KafkaSaslConfig? sasl)
    {
        using var security = new KafkaSecurity(tls, sasl, TimeProvider.System, NullLogger.Instance);
        var config = new ClientConfig();
        security.Apply(config);
        using var accepted = new ProducerBuilder<Null, Null>(config).SetOAuthBearerTokenRefreshHandler((_, _) => { }).SetLogHandler((_, _) => { }).Build();
        return config.ToDictionary();
    }

    private static void AssertRefused(TlsConfig? tls, KafkaSaslConfig? sasl, string message)
    {
        using var security = new KafkaSecurity(tls, sasl, TimeProvider.System, NullLogger.Instance);

        Assert.StartsWith(message, Assert.Throws<IOException>(() => security.Apply(new())).Message, StringComparison.Ordinal);
    }
}
