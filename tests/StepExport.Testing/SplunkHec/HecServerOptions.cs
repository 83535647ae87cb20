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

    /// <summary>Serves https with this certificate.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Asks for this very client certificate.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>Largest body as received; above it 413.</summary>
    public long MaxWireBytes { get; init; } = long.MaxValue;

    /// <summary>Largest body after decompression; above it code 6 with event 0, as Splunk Cloud does.</summary>
    public long MaxPlainBytes { get; init; } = long.MaxValue;
}
