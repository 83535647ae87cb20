using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StepExport.Kafka.Auth;
using StepExport.Testing;
using StepExport.Testing.Kafka.Auth;

namespace StepExport.Tests.Kafka.Auth;

/// <summary>What becomes of a token, or of its absence, between its source and librdkafka.</summary>
public sealed class KafkaTokenRefreshTests : IDisposable
{
    private static readonly KafkaSaslConfig Sasl = new() { Mechanism = "oauthbearer" };
    private readonly Lines _log = new();
    private readonly IProducer<Null, Null> _client = new ProducerBuilder<Null, Null>(
        new ProducerConfig { SecurityProtocol = SecurityProtocol.SaslPlaintext, SaslMechanism = SaslMechanism.OAuthBearer })
        .SetOAuthBearerTokenRefreshHandler((_, _) => { }).SetLogHandler((_, _) => { }).Build();

    public void Dispose() => _client.Dispose();

    [Fact]
    public void Trouble_lasts_until_the_next_token_and_each_reason_is_logged_once()
    {
        var source = new Source(() => throw new IOException("401 invalid_client"));
        using var security = new KafkaSecurity(null, Sasl, source, _log);

        security.RefreshToken(_client, "");
        security.RefreshToken(_client, "");
        Assert.Equal("401 invalid_client", security.Trouble);
        source.Next = () => Good("t-0-k-e-n");
        security.RefreshToken(_client, "");
        Assert.Null(security.Trouble);
        security.RefreshToken(_client, "");

        Assert.Equal(
            ["no token for the Kafka brokers: 401 invalid_client; asked again every 10 s", "there is a token for the Kafka brokers again"],
            _log.Written);
    }

    [Fact]
    public void Nothing_is_thrown_into_librdkafka_and_no_foreign_text_shown()
    {
        using var security = new KafkaSecurity(null, Sasl, new Source(() => throw new InvalidOperationException("t-0-k-e-n")), _log);

        security.RefreshToken(_client, "");

        Assert.Equal("unexpected InvalidOperationException", security.Trouble);
        Assert.DoesNotContain(_log.Written, line => line.Contains("t-0-k-e-n", StringComparison.Ordinal));
    }

    [Fact]
    public void A_token_that_librdkafka_refuses_is_trouble()
    {
        using var security = new KafkaSecurity(null, Sasl, new Source(() => Good("t-0-k-e-n") with { Expires = DateTimeOffset.UnixEpoch }), _log);

        security.RefreshToken(_client, "");

        Assert.Equal("librdkafka does not take the token: Local_InvalidArg", security.Trouble);
    }

    [Fact]
    public void A_client_that_is_gone_is_left_alone()
    {
        using var security = new KafkaSecurity(null, Sasl, new Source(() => Good("t-0-k-e-n")), _log);
        _client.Dispose();

        security.RefreshToken(_client, "");

        Assert.NotNull(security.Trouble);
    }

    [Fact]
    public async Task The_end_does_not_wait_for_a_token_endpoint_that_hangs()
    {
        var asked = new TaskCompletionSource();
        await using var endpoint = await ScriptedEndpoint.StartAsync(_ =>
        {
            asked.SetResult();
            return new TaskCompletionSource<FormReply>().Task;
        });
        await using var broker = new SaslBroker(new() { Mechanism = "OAUTHBEARER" });
        var oidc = new KafkaOidcConfig { TokenEndpoint = endpoint.Address, ClientId = "c", ClientSecret = new("s"), Timeout = new(TimeSpan.FromMinutes(1)) };
        var client = new KafkaLogin(broker, null, new() { Mechanism = "oauthbearer", Oidc = oidc });
        await asked.Task;

        var stop = TestContext.Current.CancellationToken;
        await Task.Run(async () => await client.DisposeAsync(), stop).WaitAsync(Hangs.After, stop);

        Assert.Equal("the program is stopping", client.Security.Trouble);
    }

    private static BearerToken Good(string value) =>
        new(value, TimeProvider.System.GetUtcNow().AddMinutes(5), "soc", new Dictionary<string, string>());

    private sealed class Source(Func<BearerToken> first) : ITokenSource
    {
        public Func<BearerToken> Next { get; set; } = first;

        public async Task<BearerToken> GetAsync(CancellationToken cancellationToken)
        {
            await Task.Yield();
            return Next();
        }

        public void Dispose()
        {
        }
    }

    private sealed class Lines : ILogger
    {
        public List<string> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel > LogLevel.Debug;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Add(formatter(state, exception) + exception);
    }
}
