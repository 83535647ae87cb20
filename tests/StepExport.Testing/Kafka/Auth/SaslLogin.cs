namespace StepExport.Testing.Kafka.Auth;

/// <summary>What a client showed the broker.</summary>
/// <param name="Mechanism">Of the SASL handshake; empty without SASL.</param>
/// <param name="User">User name; empty for a token.</param>
/// <param name="Secret">Password (PLAIN) or token (OAUTHBEARER); empty for SCRAM, which does not send it.</param>
/// <param name="Extensions">SASL extensions.</param>
/// <param name="Certificate">Subject of the client certificate; null without.</param>
/// <param name="Accepted">False when the broker refused it.</param>
internal sealed record SaslLogin(
    string Mechanism, string User, string Secret, IReadOnlyDictionary<string, string> Extensions, string? Certificate, bool Accepted);

/// <summary>How a <see cref="SaslBroker"/> behaves.</summary>
internal sealed record SaslBrokerOptions
{
    /// <summary>PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER; null = no SASL.</summary>
    public string? Mechanism { get; init; }

    public string User { get; init; } = "exporter";

    public string Password { get; init; } = "correct horse";

    /// <summary>Refuses every token with this reason.</summary>
    public string? TokenRefusal { get; init; }

    /// <summary>TLS with this certificate; null = plain TCP.</summary>
    public System.Security.Cryptography.X509Certificates.X509Certificate2? Certificate { get; init; }

    /// <summary>Thumbprint of the client certificate without which nobody comes in.</summary>
    public string? ClientThumbprint { get; init; }
}
