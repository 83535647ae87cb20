namespace StepExport.Kafka.Auth;

/// <summary>What SASL OAUTHBEARER shows the brokers.</summary>
/// <param name="Value">The token itself: a secret.</param>
/// <param name="Expires">The client asks for the next one after four fifths of the time left.</param>
/// <param name="Principal">Who it is about, for librdkafka's own messages; the brokers read the token.</param>
/// <param name="Extensions">SASL extensions.</param>
internal sealed record BearerToken(string Value, DateTimeOffset Expires, string Principal, IReadOnlyDictionary<string, string> Extensions)
{
    /// <summary>Records print their values; this one's must not reach a log.</summary>
    public override string ToString() => $"token of {Principal}";
}

/// <summary>Where tokens come from. Nothing is kept from one token to the next, so that rotated secrets are seen.</summary>
internal interface ITokenSource : IDisposable
{
    /// <exception cref="IOException">There is no token at the moment; the message says why, to the operator, and holds no secret.</exception>
    Task<BearerToken> GetAsync(CancellationToken cancellationToken);
}
