using System.Security.Cryptography.X509Certificates;

namespace StepExport.Testing.SplunkHec;

/// <summary>How a <see cref="FakeHecServer"/> is set up; what changes while it runs is on the server and its script.</summary>
internal sealed record HecServerOptions
{
    /// <summary>0 = any free port. A given port lets a server come back where another one went down.</summary>
    public int Port { get; init; }

    /// <summary>Index to continue, for a server that comes back.</summary>
    public HecIndex Index { get; init; } = new();

    public string Token { get; init; } = "11111111-2222-3333-4444-555555555555";

    /// <summary>Whether requests with <see cref="Token"/> get ack ids.</summary>
    public bool Acknowledgement { get; init; }

    /// <summary>The indexes that <see cref="Token"/> may write to; null = all.</summary>
    public IReadOnlyList<string>? Indexes { get; init; }

    /// <summary>Tokens next to <see cref="Token"/>.</summary>
    public IReadOnlyList<HecGrant> MoreTokens { get; init; } = [];

    /// <summary>Unacknowledged requests on one channel; the next one gets code 27.</summary>
    public int MaxPendingAcks { get; init; } = int.MaxValue;

    /// <summary>Indexers behind the address, each with ack ids of its own; a cookie pins a sender to one of them.</summary>
    public int Indexers { get; init; } = 1;

    /// <summary>false: no cookies, every request goes to the next indexer.</summary>
    public bool IsSticky { get; init; } = true;

    /// <summary>false: as Splunk does it, a channel is needed only for acknowledgement and the raw endpoint.</summary>
    public bool NeedsChannel { get; init; } = true;

    /// <summary>How the raw endpoint breaks a body: every line an event, or the whole body one.</summary>
    public bool BreaksRawLines { get; init; } = true;

    /// <summary>false forgets requests, for servers that run long.</summary>
    public bool KeepsRequests { get; init; } = true;

    /// <summary>Told of every request and what was decided about it; may be called by several threads.</summary>
    public Action<HecReceived, HecAnswer>? Watch { get; init; }

    /// <summary>Asked by <see cref="HecFate"/>s that take time.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Serves https with this certificate.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Asks for this very client certificate.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>Largest body as received; above it 413.</summary>
    public long MaxWireBytes { get; init; } = long.MaxValue;

    /// <summary>Largest body after decompression; above it code 6 with event 0, as Splunk Cloud does.</summary>
    public long MaxPlainBytes { get; init; } = long.MaxValue;
}
