using Confluent.Kafka;
using StepExport.Configuration;

namespace StepExport.Kafka.Auth;

/// <summary>Encryption and login of a Kafka client. A <c>tls</c> section, even an empty one, asks for TLS; a <c>sasl</c> section for a login.</summary>
/// <remarks>One for all clients that a sink or source makes one after the other. Thread-safe.</remarks>
internal sealed partial class KafkaSecurity : IDisposable
{
    private readonly TlsConfig? _tls;
    private readonly KafkaSaslConfig? _sasl;
    private readonly ILogger _log;
    private readonly ITokenSource? _tokens;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationToken _stop;
    private volatile string? _trouble;

    /// <exception cref="IOException">A file under <c>sasl.oidc.tls</c> cannot be read.</exception>
    public KafkaSecurity(TlsConfig? tls, KafkaSaslConfig? sasl, TimeProvider time, ILogger logger)
        : this(tls, sasl, Tokens(sasl, time), logger)
    {
    }

    internal KafkaSecurity(TlsConfig? tls, KafkaSaslConfig? sasl, ITokenSource? tokens, ILogger logger)
    {
        _tls = tls;
        _sasl = sasl;
        _tokens = tokens;
        _log = logger;
        _stop = _stopping.Token;
    }

    /// <summary>The brokers are shown tokens: the client needs <see cref="RefreshToken"/> as its refresh handler.</summary>
    public bool NeedsTokens => _tokens is not null;

    /// <summary>Why the last token could not be had, for health and check; null when all is well. Never holds a secret.</summary>
    public string? Trouble => _trouble;

    /// <summary>The setting to write instead of one of librdkafka's that belongs to <c>tls</c> or <c>sasl</c>; null when it does not.</summary>
    public static string? InsteadOf(string librdkafkaKey) => LibrdkafkaSecurity.InsteadOf(librdkafkaKey);

    /// <summary>Reports everything that is wrong with the two sections; pure. Paths begin with <c>tls</c> and <c>sasl</c>.</summary>
    /// <param name="servers">What stands under <c>bootstrapServers</c>.</param>
    /// <param name="tls">The first of them.</param>
    /// <param name="sasl">The second.</param>
    /// <param name="problems">Told what is wrong.</param>
    public static void Validate(string servers, TlsConfig? tls, KafkaSaslConfig? sasl, ConfigProblems problems) =>
        KafkaSecurityRules.Validate(servers, tls, sasl, problems);

    /// <summary>Sets <c>security.protocol</c>, <c>ssl.*</c> and <c>sasl.*</c>. Secrets and files are read now, so that a new client has fresh ones.</summary>
    /// <exception cref="IOException">A file or a secret cannot be read, or does not hold what it should.</exception>
    public void Apply(ClientConfig config)
    {
        LibrdkafkaSecurity.ApplyTls(_tls, config);
        config.SecurityProtocol = (_tls, _sasl) switch
        {
            (null, null) => SecurityProtocol.Plaintext,
            (not null, null) => SecurityProtocol.Ssl,
            (null, not null) => SecurityProtocol.SaslPlaintext,
            (not null, not null) => SecurityProtocol.SaslSsl,
        };
        if (_sasl is null) return;
        config.SaslMechanism = LibrdkafkaSecurity.Mechanism(_sasl.Mechanism);
        if (!KafkaMechanism.TakesPassword(_sasl.Mechanism)) return;
        config.SaslUsername = _sasl.Username;
        config.SaslPassword = ReadPassword();
    }

    /// <summary>Gets a token and hands it to the client, or tells it why there is none. Called on the client's polling thread; does not throw.</summary>
    /// <remarks>It holds the thread for the time-out of the token endpoint at most. <see cref="Dispose"/> ends it, so dispose this
    /// before the client, which waits for the thread.</remarks>
    /// <param name="client">Who asks; after a failure it asks again every 10 s.</param>
    /// <param name="ignored">The value of <c>sasl.oauthbearer.config</c>, which is not used.</param>
    public void RefreshToken(IClient client, string ignored)
    {
        try
        {
            // Not handed over later by another thread: the client might be gone by then, and its native part with it.
            var token = _tokens!.GetAsync(_stop).GetAwaiter().GetResult();
            client.OAuthBearerSetToken(token.Value, token.Expires.ToUnixTimeMilliseconds(), token.Principal, token.Extensions.ToDictionary());
            if (_trouble is not null) Log.Mended(_log);
            _trouble = null;
        }
        catch (Exception e)
        {
            // The boundary to native code: an exception would end the client's polling, and with it every delivery report.
            Fail(client, e);
        }
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _tokens?.Dispose();
        _stopping.Dispose();
    }

    private static ITokenSource? Tokens(KafkaSaslConfig? sasl, TimeProvider time) => sasl switch
    {
        { Mechanism: KafkaMechanism.OAuthBearer, Oidc: { } oidc } => new OidcTokens(oidc, time),
        { Mechanism: KafkaMechanism.AwsMskIam, Aws: { } aws } => new MskTokens(aws, time),
        _ => null,
    };

    private string ReadPassword()
    {
        try
        {
            return _sasl!.Password!.Reveal();
        }
        catch (IOException e)
        {
            throw new IOException($"sasl.password: {e.Message}", e);
        }
    }

    private void Fail(IClient client, Exception e)
    {
        // Only texts of our own are shown: another one may quote the token.
        var reason = e switch
        {
            IOException => e.Message,
            OperationCanceledException when _stop.IsCancellationRequested => "the program is stopping",
            KafkaException kafka => $"librdkafka does not take the token: {kafka.Error.Code}",
            _ => $"unexpected {e.GetType().Name}",
        };
        if (reason != _trouble) Log.NoToken(_log, reason);
        _trouble = reason;
        try
        {
            client.OAuthBearerSetTokenFailure(reason);
        }
        catch (Exception gone) when (gone is KafkaException or ObjectDisposedException)
        {
            // The client ends; there is nobody left to tell.
            Log.ClientGone(_log, gone.GetType().Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "no token for the Kafka brokers: {Reason}; asked again every 10 s")]
        public static partial void NoToken(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Information, "there is a token for the Kafka brokers again")]
        public static partial void Mended(ILogger logger);

        [LoggerMessage(LogLevel.Debug, "the Kafka client ended while it waited for a token ({Exception})")]
        public static partial void ClientGone(ILogger logger, string exception);
    }
}
