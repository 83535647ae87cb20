using System.Net;
using StepExport.Configuration;

namespace StepExport.Http;

/// <summary>Builds the connection pool of an HTTP client, sink or source: TLS as configured, nothing done behind its back.</summary>
internal static class HttpHandlers
{
    /// <param name="tls">Trust and client certificate; its files are read now.</param>
    /// <param name="proxy">Proxy to use; null = the system's (<c>HTTPS_PROXY</c>, <c>NO_PROXY</c>).</param>
    /// <param name="connectTimeout">For TCP and TLS together.</param>
    /// <param name="maxConnections">Connections per server.</param>
    /// <exception cref="IOException">A file of <paramref name="tls"/> cannot be read or holds no certificate or key.</exception>
    public static SocketsHttpHandler Create(TlsConfig tls, Uri? proxy, TimeSpan connectTimeout, int maxConnections)
    {
        var handler = new SocketsHttpHandler
        {
            // A redirected POST would become a GET without body, and may carry the token elsewhere.
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            // Our traces are no business of the other side.
            ActivityHeadersPropagator = null,
            ConnectTimeout = connectTimeout,
            MaxConnectionsPerServer = maxConnections,
            // Long enough to be cheap, short enough to follow a changed DNS entry.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        if (proxy is not null) handler.Proxy = new WebProxy(proxy);
        try
        {
            ApplyTls(handler, tls);
            return handler;
        }
        catch
        {
            handler.Dispose();
            throw;
        }
    }

    private static void ApplyTls(SocketsHttpHandler handler, TlsConfig tls)
    {
        if (tls is { Cert: { } cert, Key: { } key })
            handler.SslOptions.ClientCertificateContext = TlsFiles.OwnCertificate(cert, key);
        if (!tls.Verify)
#pragma warning disable CA5359 // Asked for by name in the configuration, and warned about there.
            handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        else if (tls.Ca is { } ca)
            handler.SslOptions.CertificateChainPolicy = TlsFiles.Trust(ca);
    }
}
