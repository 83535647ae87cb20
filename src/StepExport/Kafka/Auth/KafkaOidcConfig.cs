using StepExport.Configuration;

namespace StepExport.Kafka.Auth;

/// <summary>An identity provider that gives tokens for client credentials (RFC 6749, section 4.4).</summary>
internal sealed record KafkaOidcConfig
{
    /// <summary>Token endpoint, e.g. https://login.example.com/realms/soc/protocol/openid-connect/token.</summary>
    public required string TokenEndpoint { get; init; }

    /// <summary>The client that this program is at the identity provider.</summary>
    public required string ClientId { get; init; }

    /// <summary>The client's secret. It is read again for every token, so a rotated file needs no restart.</summary>
    public required Secret ClientSecret { get; init; }

    /// <summary>How the endpoint is shown id and secret: basic (Authorization header) or post (in the form).</summary>
    [OneOf("basic", "post")]
    public string ClientAuthentication { get; init; } = "basic";

    /// <summary>Scopes to ask for, separated by spaces.</summary>
    public string? Scope { get; init; }

    /// <summary>Audience to ask for, where the identity provider wants one (Auth0).</summary>
    public string? Audience { get; init; }

    /// <summary>SASL extensions for the brokers (RFC 7628), e.g. logicalCluster and identityPoolId at Confluent Cloud. Keys are letters only.</summary>
    public IReadOnlyDictionary<string, string> Extensions { get; init; } = new Dictionary<string, string>();

    /// <summary>A request for a token is given up after this, 100ms to 1m.</summary>
    [DurationRange("100ms", "1m")]
    public Duration Timeout { get; init; } = new(TimeSpan.FromSeconds(10));

    /// <summary>HTTP proxy, e.g. http://proxy:3128; the one in HTTPS_PROXY / HTTP_PROXY / NO_PROXY when left out.</summary>
    public string? Proxy { get; init; }

    /// <summary>Trust and client certificate for the token endpoint.</summary>
    public TlsConfig Tls { get; init; } = new();
}
