using StepExport.Configuration;
using StepExport.Kafka.Auth;

namespace StepExport.Tests.Kafka.Auth;

public sealed class KafkaSecurityRulesTests
{
    [Theory]
    [InlineData("plain")]
    [InlineData("scram-sha-256")]
    [InlineData("scram-sha-512")]
    [InlineData("oauthbearer")]
    [InlineData("aws_msk_iam")]
    public void Accepts_each_mechanism_over_tls(string mechanism)
    {
        var problems = Validate(new(), KafkaSecurityTests.Sasl(mechanism));

        Assert.Empty(problems.All);
        Assert.Empty(problems.Warnings);
    }

    [Theory]
    [InlineData(null, "the events travel unencrypted")]
    [InlineData("plain", "the password and the events travel unencrypted")]
    [InlineData("scram-sha-512", "the events travel unencrypted")]
    [InlineData("oauthbearer", "the token and the events travel unencrypted")]
    public void Warns_of_what_travels_unencrypted(string? mechanism, string warning)
    {
        var problems = Validate(null, mechanism is null ? null : KafkaSecurityTests.Sasl(mechanism));

        Assert.Empty(problems.All);
        var (path, message) = Assert.Single(problems.Warnings);
        Assert.Equal("tls", path);
        Assert.StartsWith($"is missing: {warning}", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rejects_Msk_without_tls() =>
        Assert.Equal(("tls", "is missing, and MSK takes IAM over TLS only; add 'tls: {}'"), Assert.Single(Validate(null, KafkaSecurityTests.Sasl("aws_msk_iam")).All));

    [Theory]
    [InlineData("plain", "sasl.username sasl.password")]
    [InlineData("scram-sha-256", "sasl.username sasl.password")]
    [InlineData("oauthbearer", "sasl.oidc")]
    [InlineData("aws_msk_iam", "sasl.aws")]
    public void Names_what_a_mechanism_needs(string mechanism, string missing)
    {
        var problems = Validate(new(), new() { Mechanism = mechanism });

        Assert.Equal(missing.Split(' '), problems.All.Select(p => p.Path));
        Assert.All(problems.All, p => Assert.StartsWith($"is missing: {mechanism} needs it", p.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("plain", "sasl.oidc sasl.aws")]
    [InlineData("oauthbearer", "sasl.username sasl.password sasl.aws")]
    [InlineData("aws_msk_iam", "sasl.username sasl.password sasl.oidc")]
    public void Rejects_what_a_mechanism_does_not_use(string mechanism, string unused)
    {
        var everything = new KafkaSaslConfig
        {
            Mechanism = mechanism,
            Username = "exporter",
            Password = new("pw"),
            Oidc = KafkaSecurityTests.Sasl("oauthbearer").Oidc,
            Aws = KafkaSecurityTests.Sasl("aws_msk_iam").Aws,
        };

        Assert.Equal(unused.Split(' '), Validate(new(), everything).All.Select(p => p.Path));
    }

    [Fact]
    public void Reports_every_mistake_of_oidc_at_once()
    {
        var problems = Oidc(new()
        {
            TokenEndpoint = "login.example.com",
            ClientId = " ",
            ClientSecret = new("s3cret"),
            Scope = " ",
            Audience = " ",
            Proxy = "proxy:3128",
            Extensions = new Dictionary<string, string> { ["auth"] = "x", ["logical_cluster"] = "x", ["pool"] = "a\u0001b", ["ok"] = "a b" },
            Tls = new() { Cert = "c.pem", Verify = false },
        });

        Assert.Equal(
            [
                "sasl.oidc.tokenEndpoint", "sasl.oidc.proxy", "sasl.oidc.clientId", "sasl.oidc.scope", "sasl.oidc.audience",
                "sasl.oidc.extensions.auth", "sasl.oidc.extensions.logical_cluster", "sasl.oidc.extensions.pool", "sasl.oidc.tls.key",
            ],
            problems.All.Select(p => p.Path));
        Assert.Equal("sasl.oidc.tls.verify", Assert.Single(problems.Warnings).Path);
    }

    [Theory]
    [InlineData("https://id:hunter2@login.example.com/token")]
    [InlineData("ftp://login.example.com/token")]
    [InlineData("/token")]
    public void Rejects_addresses_that_are_no_token_endpoint_without_repeating_them(string address)
    {
        var (path, message) = Assert.Single(Oidc(KafkaSecurityTests.Sasl("oauthbearer").Oidc! with { TokenEndpoint = address }).All);

        Assert.Equal("sasl.oidc.tokenEndpoint", path);
        Assert.DoesNotContain("hunter2", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Warns_of_a_token_endpoint_without_tls()
    {
        var problems = Oidc(KafkaSecurityTests.Sasl("oauthbearer").Oidc! with { TokenEndpoint = "http://login/token" });

        Assert.Empty(problems.All);
        Assert.Equal("sasl.oidc.tokenEndpoint", Assert.Single(problems.Warnings).Path);
    }

    [Theory]
    [InlineData("eu-west-1", true)]
    [InlineData("us-gov-east-1", true)]
    [InlineData("ap-southeast-4", true)]
    [InlineData("eu-west-1\n", false)]
    [InlineData("eu-west-1.evil.example", false)]
    [InlineData("Ireland", false)]
    public void A_region_is_a_region(string region, bool isRegion) =>
        Assert.Equal(isRegion ? [] : ["sasl.aws.region"], Aws(new() { Region = region }).All.Select(p => p.Path));

    [Fact]
    public void Reports_every_mistake_of_Aws_at_once()
    {
        Assert.Equal(
            ["sasl.aws.credentials", "sasl.aws.credentials.accessKeyId", "sasl.aws.credentials.assumeRole.roleArn", "sasl.aws.credentials.webIdentity.sessionName", "sasl.aws.stsEndpoint"],
            Aws(new()
            {
                Region = "eu-west-1",
                StsEndpoint = "sts",
                Credentials = new()
                {
                    Profile = "soc",
                    SecretAccessKey = new("k"),
                    AssumeRole = new() { RoleArn = "stepexport" },
                    WebIdentity = new() { TokenFile = "t", RoleArn = "arn:aws:iam::123456789012:role/stepexport", SessionName = "a b" },
                },
            }).All.Select(p => p.Path));
    }

    private static ConfigProblems Oidc(KafkaOidcConfig oidc) => Validate(new(), new() { Mechanism = "oauthbearer", Oidc = oidc });

    private static ConfigProblems Aws(KafkaAwsConfig aws) => Validate(new(), new() { Mechanism = "aws_msk_iam", Aws = aws });

    private static ConfigProblems Validate(TlsConfig? tls, KafkaSaslConfig? sasl)
    {
        var problems = new ConfigProblems();
        KafkaSecurity.Validate("kafka-1:9092", tls, sasl, problems);
        return problems;
    }
}
