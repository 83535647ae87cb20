using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;

namespace StepExport.Testing.Kafka.Auth;

/// <summary>As much of a Kafka broker over real TCP (and TLS) as a client needs to log in: ApiVersions, SaslHandshake,
/// SaslAuthenticate, and Metadata about itself.</summary>
internal sealed class SaslBroker : IAsyncDisposable
{
    private readonly SaslBrokerOptions _options;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<SaslLogin> _logins = Channel.CreateBounded<SaslLogin>(1000);
    private readonly List<Task> _connections = [];
    private readonly Task _accepting;

    public SaslBroker(SaslBrokerOptions? options = null)
    {
        _options = options ?? new();
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>What to write under <c>bootstrapServers</c>.</summary>
    public string Address => _listener.LocalEndpoint.ToString()!;

    /// <summary>The next login, accepted or refused.</summary>
    public Task<SaslLogin> NextLoginAsync(CancellationToken cancellationToken) =>
        _logins.Reader.ReadAsync(cancellationToken).AsTask().WaitAsync(Hangs.After, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var connection = client;
        try
        {
            var (stream, certificate) = await SecureAsync(client.GetStream());
            await using var owned = stream;
            var dialogue = new SaslDialogue(_options, certificate, (IPEndPoint)_listener.LocalEndpoint, login => _logins.Writer.WriteAsync(login, _stop.Token));
            while (await KafkaRequest.ReadAsync(stream, _stop.Token) is { } request && await dialogue.AnswerAsync(request, stream, _stop.Token))
            {
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
            // The client went away, or has no certificate that is wanted here: it is the client that has to say so.
        }
    }

    private async Task<(Stream Stream, string? Certificate)> SecureAsync(Stream tcp)
    {
        if (_options.Certificate is not { } certificate) return (tcp, null);
        var tls = new SslStream(tcp);
        await tls.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificate = certificate,
                ClientCertificateRequired = _options.ClientThumbprint is not null,
                RemoteCertificateValidationCallback = (_, shown, _, _) =>
                    _options.ClientThumbprint is null || (shown as X509Certificate2)?.Thumbprint == _options.ClientThumbprint,
            },
            _stop.Token);
        return (tls, tls.RemoteCertificate?.Subject);
    }
}
