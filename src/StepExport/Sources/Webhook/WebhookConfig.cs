using StepExport.Configuration;
using StepExport.Http;

namespace StepExport.Sources.Webhook;

/// <summary>Takes detections over HTTP from StepSecurity's webhook integration, or from whoever else has the token.</summary>
internal sealed record WebhookConfig : SourceConfig
{
    /// <summary>Address and port to listen on, e.g. 0.0.0.0:8971, [::]:8971 or 127.0.0.1:8971.</summary>
    public required string Listen { get; init; }

    /// <summary>Path of the requests, POST or PUT; every other path is answered 404.</summary>
    public string Path { get; init; } = "/v1/detections";

    public override string Origin => $"{(Tls is null ? "http" : "https")}://{Listen}{Path}";

    /// <summary>What a sender has to prove. With bearer and hmac both, it has to prove both.</summary>
    public required WebhookAuthConfig Auth { get; init; }

    /// <summary>Certificate of this listener; without it, it speaks plain HTTP, and a proxy in front has to speak TLS.</summary>
    public ServerTlsConfig? Tls { get; init; }

    /// <summary>Largest body, as sent and again after decompression, 1KB to 256MB; larger ones are answered 413.</summary>
    [SizeRange("1KB", "256MB")]
    public ByteSize MaxBodySize { get; init; } = new(16_000_000);

    /// <summary>Memory for the bodies of all requests together, 2KB to 8GB, at least twice maxBodySize; what does not fit is answered
    /// 503 and sent again later.</summary>
    [SizeRange("2KB", "8GB")]
    public ByteSize MaxBufferedBytes { get; init; } = new(64_000_000);

    /// <summary>Requests that are read or wait for the disk at the same time, 1 to 4096; further ones are answered 503.</summary>
    [NumberRange(1, 4096)]
    public int MaxConcurrentRequests { get; init; } = 64;

    /// <summary>Open connections, 1 to 100000; further ones are closed.</summary>
    [NumberRange(1, 100_000)]
    public int MaxConnections { get; init; } = 1000;

    /// <summary>Requests a second of all senders together in the long run, 1 to 100000; further ones are answered 429. Requests without
    /// the right credentials are refused before, and do not count.</summary>
    [NumberRange(1, 100_000)]
    public int RequestsPerSecond { get; init; } = 500;

    /// <summary>Requests at once after a pause, 1 to 100000.</summary>
    [NumberRange(1, 100_000)]
    public int Burst { get; init; } = 1000;

    /// <summary>Longest time for a body to arrive, 100ms to 10m; then 408. One that comes at less than 240 bytes a second is cut off
    /// after 5s already.</summary>
    [DurationRange("100ms", "10m")]
    public Duration BodyTimeout { get; init; } = new(TimeSpan.FromSeconds(30));

    /// <summary>Longest time that a request waits to become durable, 100ms to 5m; then 503, and the sender has to send it again.</summary>
    [DurationRange("100ms", "5m")]
    public Duration AnswerTimeout { get; init; } = new(TimeSpan.FromSeconds(10));
}
