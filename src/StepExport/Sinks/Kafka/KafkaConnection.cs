using System.Diagnostics.CodeAnalysis;
using Confluent.Kafka;
using StepExport.Core.Telemetry;
using StepExport.Kafka;
using StepExport.Kafka.Auth;

namespace StepExport.Sinks.Kafka;

/// <summary>The one client that the sink has at a time, and what it says besides its reports. Used by one send at a time; the
/// client calls back on threads of its own.</summary>
internal sealed class KafkaConnection(KafkaSinkConfig config, KafkaSecurity security, SinkMetrics metrics, KafkaLog log, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan LongestPatience = TimeSpan.FromSeconds(5);

    /// <summary>A client that has reached nobody for so long, and says why, is not waited for until the end of the time-out.</summary>
    private readonly TimeSpan _patience = new[] { LongestPatience, KafkaSettings.MessageTimeout(config.Timeout) / 2 }.Min();

    /// <summary>Long enough for the client's threads to wake up and send what they have.</summary>
    private static readonly TimeSpan LongestFlush = TimeSpan.FromMilliseconds(100);

    private IProducer<byte[]?, byte[]>? _producer;
    private volatile Error? _trouble;

    public KafkaSend Send { get; } = new();

    /// <summary>The present client has delivered something with its last send.</summary>
    public bool IsProven { get; set; }

    /// <summary>What ails the connections since the last delivery, in the client's words; null when nothing does.</summary>
    public string? Trouble => security.Trouble ?? _trouble?.Reason;

    /// <summary>The client, made anew if there is none. Secrets are read then.</summary>
    public bool TryOpen([NotNullWhen(true)] out IProducer<byte[]?, byte[]>? producer, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        try
        {
            producer = _producer ??= Open();
            return true;
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or ArgumentException)
        {
            // What the client's constructor throws for settings that do not go together, or a certificate it cannot use.
            (producer, problem) = (null, e.Message);
            return false;
        }
    }

    /// <summary>Returns when all reports are in or none are to be expected.</summary>
    public async Task WaitForReportsAsync(IProducer<byte[]?, byte[]> producer, CancellationToken cancellationToken)
    {
        // Nothing more comes for now, so the end of the batch need not linger. The call holds its thread.
        var linger = config.Linger.Value < LongestFlush ? config.Linger.Value : LongestFlush;
        if (linger > TimeSpan.Zero && !Send.Completed.IsCompleted) await Task.Run(() => producer.Flush(linger), CancellationToken.None);
        if (!IsProven && !Send.Completed.IsCompleted)
        {
            try
            {
                await Send.Completed.WaitAsync(_patience, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                if (_trouble is { } trouble) Send.GiveUp(trouble);
            }
        }

        await Send.Completed.WaitAsync(cancellationToken);
    }

    /// <summary>Puts what the client says of its connections in place of reports that did not come or only say "timed out".</summary>
    public void CloseReports()
    {
        var codes = Send.Codes;
        if (!codes.ContainsAnyExcept(ErrorCode.NoError))
        {
            _trouble = null;
            return;
        }

        var known = (Send.GivenUp ?? _trouble)?.Code;
        codes.Replace(KafkaSend.Open, known ?? ErrorCode.Local_MsgTimedOut);
        if (known is { } cause && KafkaErrors.Of(cause).Verdict == KafkaVerdict.Operator) codes.Replace(ErrorCode.Local_MsgTimedOut, cause);
    }

    /// <summary>Ends the client. What it holds is not sent any more.</summary>
    public async Task CloseAsync()
    {
        var producer = _producer;
        (_producer, IsProven) = (null, false);
        if (producer is not null) await Task.Run(producer.Dispose);
        metrics.Gauges = [];
    }

    public Task<CheckResult> CheckAsync(string? topic, CancellationToken cancellationToken) =>
        new KafkaProbe(config, security, log).RunAsync(topic, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        security.Dispose();
        await CloseAsync();
    }

    private IProducer<byte[]?, byte[]> Open()
    {
        var builder = new ProducerBuilder<byte[]?, byte[]>(KafkaSettings.ForProducer(config, security))
            .SetKeySerializer(Serializers.ByteArray!)
            .SetValueSerializer(Serializers.ByteArray)
            .SetErrorHandler((_, error) => Hear(error))
            .SetLogHandler((_, line) => log.Write(line))
            .SetStatisticsHandler((_, json) => metrics.Gauges = KafkaStatistics.Read(json));
        if (security.NeedsTokens) builder.SetOAuthBearerTokenRefreshHandler(security.RefreshToken);
        _trouble = null;
        return builder.Build();
    }

    private void Hear(Error error)
    {
        if (error.IsFatal)
        {
            log.Write(error);
            Send.GiveUp(error);
            return;
        }

        // "All brokers are down" follows upon the reason, which is worth more.
        if (error.Code != ErrorCode.Local_AllBrokersDown || _trouble is null) _trouble = error;
    }
}
