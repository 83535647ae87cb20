using Confluent.Kafka;
using StepExport.Kafka.Auth;
using StepExport.Testing;
using StepExport.Testing.Kafka.Auth;

namespace StepExport.Tests.Kafka.Auth;

/// <summary>The real librdkafka logs in to a broker that knows nothing but logins.</summary>
public sealed class KafkaLoginTests : IDisposable
{
    private readonly TestAuthority _authority = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task Plain_shows_user_and_password()
    {
        await using var broker = new SaslBroker(new() { Mechanism = "PLAIN" });
        await using var client = new KafkaLogin(broker, null, Sasl("plain", "correct horse"));

        var login = await broker.NextLoginAsync(Stop);

        Assert.Equal(("PLAIN", "exporter", "correct horse", true), (login.Mechanism, login.User, login.Secret, login.Accepted));
        client.AssertIsIn();
    }

    [Theory]
    [InlineData("scram-sha-256", "SCRAM-SHA-256")]
    [InlineData("scram-sha-512", "SCRAM-SHA-512")]
    public async Task Scram_proves_the_password_and_does_not_send_it(string mechanism, string name)
    {
        await using var broker = new SaslBroker(new() { Mechanism = name });
        await using var client = new KafkaLogin(broker, null, Sasl(mechanism, "correct horse"));

        var login = await broker.NextLoginAsync(Stop);

        Assert.Equal((name, "exporter", "", true), (login.Mechanism, login.User, login.Secret, login.Accepted));
        client.AssertIsIn();
    }

    [Theory]
    [InlineData("plain", "PLAIN", "Invalid username or password")]
    [InlineData("scram-sha-512", "SCRAM-SHA-512", "invalid credentials with SASL mechanism")]
    public async Task A_refused_login_shows_the_brokers_reason_and_not_the_password(string mechanism, string name, string reason)
    {
        await using var broker = new SaslBroker(new() { Mechanism = name });
        await using var client = new KafkaLogin(broker, null, Sasl(mechanism, "wrong donkey"));

        Assert.False((await broker.NextLoginAsync(Stop)).Accepted);
        var error = await client.NextErrorAsync(ErrorCode.Local_Authentication, Stop);

        Assert.Contains(reason, error.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("donkey", error.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bearer_token_arrives_with_its_extensions()
    {
        await using var endpoint = await ScriptedEndpoint.StartAsync(new FormReply(200, """{"access_token":"aaa.bbb-ccc_ddd","token_type":"Bearer","expires_in":600}"""));
        await using var broker = new SaslBroker(new() { Mechanism = "OAUTHBEARER" });
        var oidc = new KafkaOidcConfig
        {
            TokenEndpoint = endpoint.Address + "/token",
            ClientId = "exporter",
            ClientSecret = new("s3cret"),
            Extensions = new Dictionary<string, string> { ["logicalCluster"] = "lkc-1", ["identityPoolId"] = "pool-2" },
        };
        await using var client = new KafkaLogin(broker, null, new() { Mechanism = "oauthbearer", Oidc = oidc });

        var login = await broker.NextLoginAsync(Stop);

        Assert.Equal(("OAUTHBEARER", "aaa.bbb-ccc_ddd"), (login.Mechanism, login.Secret));
        Assert.Equal(oidc.Extensions, login.Extensions.ToDictionary());
        Assert.Null(client.Security.Trouble);
        client.AssertIsIn();
    }

    [Fact]
    public async Task A_refused_token_shows_the_brokers_reason()
    {
        await using var endpoint = await ScriptedEndpoint.StartAsync(new FormReply(200, """{"access_token":"stale","expires_in":600}"""));
        await using var broker = new SaslBroker(new() { Mechanism = "OAUTHBEARER", TokenRefusal = "the audience is another one" });
        var oidc = new KafkaOidcConfig { TokenEndpoint = endpoint.Address, ClientId = "exporter", ClientSecret = new("s3cret") };
        await using var client = new KafkaLogin(broker, null, new() { Mechanism = "oauthbearer", Oidc = oidc });

        var error = await client.NextErrorAsync(ErrorCode.Local_Authentication, Stop);

        Assert.Contains("the audience is another one", error.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("stale", error.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_token_the_client_and_the_health_say_why()
    {
        await using var endpoint = await ScriptedEndpoint.StartAsync(new FormReply(401, """{"error":"invalid_client"}"""));
        await using var broker = new SaslBroker(new() { Mechanism = "OAUTHBEARER" });
        var oidc = new KafkaOidcConfig { TokenEndpoint = endpoint.Address, ClientId = "exporter", ClientSecret = new("s3cret") };
        await using var client = new KafkaLogin(broker, null, new() { Mechanism = "oauthbearer", Oidc = oidc });

        var error = await client.NextErrorAsync(ErrorCode.Local_Authentication, Stop);

        Assert.Contains("401 invalid_client", error.Reason, StringComparison.Ordinal);
        Assert.Equal($"token endpoint {endpoint.Address}/: 401 invalid_client", client.Security.Trouble);
    }

    [Fact]
    public async Task The_token_for_Msk_arrives_over_tls()
    {
        using var certificate = _authority.Issue("kafka");
        await using var broker = new SaslBroker(new() { Mechanism = "OAUTHBEARER", Certificate = certificate });
        var aws = new KafkaAwsConfig
        {
            Region = "eu-west-1",
            Credentials = new() { AccessKeyId = new("AKIDEXAMPLE"), SecretAccessKey = new("key"), SessionToken = new("session") },
        };
        await using var client = new KafkaLogin(broker, new() { Ca = _authority.CaFile }, new() { Mechanism = "aws_msk_iam", Aws = aws });

        var login = await broker.NextLoginAsync(Stop);

        var url = System.Text.Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(login.Secret));
        Assert.StartsWith("https://kafka.eu-west-1.amazonaws.com/?Action=kafka-cluster%3AConnect&", url, StringComparison.Ordinal);
        client.AssertIsIn();
    }

    [Fact]
    public async Task The_client_certificate_is_shown()
    {
        using var certificate = _authority.Issue("kafka");
        using var own = _authority.Issue("exporter");
        var (cert, key) = _authority.Save(own, "exporter");
        await using var broker = new SaslBroker(new() { Certificate = certificate, ClientThumbprint = own.Thumbprint });

        await using (var without = new KafkaLogin(broker, new() { Ca = _authority.CaFile }, null))
        {
            await without.NextErrorAsync(ErrorCode.Local_AllBrokersDown, Stop);
        }

        await using var with = new KafkaLogin(broker, new() { Ca = _authority.CaFile, Cert = cert, Key = key }, null);
        Assert.Equal("CN=exporter", (await broker.NextLoginAsync(Stop)).Certificate);
        with.AssertIsIn();
    }

    [Fact]
    public async Task A_certificate_of_an_unknown_authority_or_for_another_host_is_refused()
    {
        using var other = new TestAuthority();
        using var foreign = other.Issue("kafka");
        using var elsewhere = _authority.Issue("kafka", System.Net.IPAddress.Parse("192.0.2.1"));
        foreach (var certificate in new[] { foreign, elsewhere })
        {
            await using var broker = new SaslBroker(new() { Mechanism = "PLAIN", Certificate = certificate });
            await using var client = new KafkaLogin(broker, new() { Ca = _authority.CaFile }, Sasl("plain", "correct horse"));

            var error = await client.NextErrorAsync(ErrorCode.Local_Ssl, Stop);

            Assert.Contains("certificate verify failed", error.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Verification_can_be_switched_off()
    {
        using var certificate = _authority.Issue("kafka", System.Net.IPAddress.Parse("192.0.2.1"));
        await using var broker = new SaslBroker(new() { Mechanism = "PLAIN", Certificate = certificate });
        await using var client = new KafkaLogin(broker, new() { Verify = false }, Sasl("plain", "correct horse"));

        Assert.True((await broker.NextLoginAsync(Stop)).Accepted);
        client.AssertIsIn();
    }

    private static KafkaSaslConfig Sasl(string mechanism, string password) =>
        new() { Mechanism = mechanism, Username = "exporter", Password = new(password) };
}
