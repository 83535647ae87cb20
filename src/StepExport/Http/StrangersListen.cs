using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace StepExport.Http;

/// <summary>How Kestrel listens where anybody may knock.</summary>
internal static class StrangersListen
{
    private const int Buffer = 128 * 1024;

    /// <param name="options">To set up.</param>
    /// <param name="endPoint">Where to listen.</param>
    /// <param name="maxConnections">Further ones are closed.</param>
    /// <param name="certificate">Null = plain HTTP.</param>
    public static void Configure(KestrelServerOptions options, IPEndPoint endPoint, int maxConnections, ServerCertificate? certificate)
    {
        var limits = options.Limits;
        // The application measures bodies itself: it answers in its own words, and knows the size after decompression
        limits.MaxRequestBodySize = null;
        limits.MaxConcurrentConnections = maxConnections;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.MaxRequestHeadersTotalSize = 16 * 1024;
        limits.MaxRequestHeaderCount = 64;
        // Per connection, before the application has a say: its budget is the one that counts
        limits.MaxRequestBufferSize = Buffer;
        limits.Http2.InitialConnectionWindowSize = 2 * Buffer;
        limits.Http2.InitialStreamWindowSize = Buffer;
        options.Listen(endPoint, listen =>
        {
            if (certificate is null)
            {
                listen.Protocols = HttpProtocols.Http1;
                return;
            }

            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(certificate.Current()) });
        });
    }
}
