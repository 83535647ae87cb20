using System.Threading.Channels;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StepExport.Configuration;
using StepExport.Kafka.Auth;
using StepExport.Testing;
using StepExport.Testing.Kafka.Auth;

namespace StepExport.Tests.Kafka.Auth;

/// <summary>A producer of librdkafka with the configured security, on its way into a broker.</summary>
internal sealed class KafkaLogin : IAsyncDisposable
{
    private readonly Channel<Error> _errors = Channel.CreateBounded<Error>(1000);
    private readonly IProducer<Null, Null> _producer;

    public KafkaLogin(SaslBroker broker, TlsConfig? tls, KafkaSaslConfig? sasl)
    {
        Security = new(tls, sasl, TimeProvider.System, NullLogger.Instance);
        var config = new ProducerConfig { BootstrapServers = broker.Address, ReconnectBackoffMs = 10, ReconnectBackoffMaxMs = 50 };
        Security.Apply(config);
        var builder = new ProducerBuilder<Null, Null>(config).SetErrorHandler((_, e) => _errors.Writer.TryWrite(e)).SetLogHandler((_, _) => { });
        if (Security.NeedsTokens) builder.SetOAuthBearerTokenRefreshHandler(Security.RefreshToken);
        _producer = builder.Build();
    }

    public KafkaSecurity Security { get; }

    /// <summary>The next error with this code; others are passed over.</summary>
    public async Task<Error> NextErrorAsync(ErrorCode code, CancellationToken cancellationToken)
    {
        while (true)
        {
            var error = await _errors.Reader.ReadAsync(cancellationToken).AsTask().WaitAsync(Hangs.After, cancellationToken);
            if (error.Code == code) return error;
        }
    }

    /// <summary>The broker answers requests: it does so only after a login.</summary>
    public void AssertIsIn()
    {
        using var admin = new DependentAdminClientBuilder(_producer.Handle).Build();
        Assert.Equal(1, Assert.Single(admin.GetMetadata(TimeSpan.FromSeconds(30)).Brokers).BrokerId);
    }

    public ValueTask DisposeAsync()
    {
        Security.Dispose();
        _producer.Dispose();
        return ValueTask.CompletedTask;
    }
}
