namespace StepExport.Http;

/// <summary>Certificate of the listener. Renewed files are noticed within 10s, for new connections.</summary>
internal sealed record ServerTlsConfig
{
    /// <summary>PEM file with the certificate, its intermediates behind it.</summary>
    public required string Cert { get; init; }

    /// <summary>PEM file with the certificate's private key.</summary>
    public required string Key { get; init; }

    /// <summary>PEM file with certification authorities: only clients with a certificate from one of them can connect (mTLS).</summary>
    public string? ClientCa { get; init; }
}
