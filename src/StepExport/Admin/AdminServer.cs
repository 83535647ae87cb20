using System.Net;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StepExport.Configuration;
using StepExport.Core.Telemetry;

namespace StepExport.Admin;

/// <summary>The admin listener: health, metrics and status over HTTP.</summary>
/// <remarks>Bare Kestrel without a host around it: a host would bring its own signal handlers, files and environment variables.</remarks>
internal sealed class AdminServer : IAsyncDisposable
{
    private readonly KestrelServer _kestrel;

    private AdminServer(KestrelServer kestrel) => _kestrel = kestrel;

    /// <summary>Where it listens, e.g. <c>http://127.0.0.1:8970</c>; with port 0 in the configuration the port it was given.</summary>
    public Uri Address => new(_kestrel.Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <summary>Listens; null when the configuration says <c>listen: off</c>.</summary>
    /// <exception cref="IOException">The address cannot be had, e.g. because the port is in use.</exception>
    public static async Task<AdminServer?> StartAsync(AdminConfig config, StatusSource status, CancellationToken cancellationToken)
    {
        if (config.Listen == ListenAddress.Off) return null;
        var endPoint = ListenAddress.TryParse(config.Listen) ?? throw new ArgumentException($"{config.Listen} was not validated", nameof(config));
        var kestrel = Create(endPoint);
        try
        {
            await kestrel.StartAsync(new AdminPages(status, config.Token), cancellationToken);
            return new(kestrel);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            kestrel.Dispose();
            var reason = e.Message.TrimEnd('.');
            throw new IOException($"admin.listen {config.Listen} cannot be had: {reason}; is another stepexport running? Choose another address or port, or off", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _kestrel.StopAsync(patience.Token);
        _kestrel.Dispose();
    }

    private static KestrelServer Create(IPEndPoint endPoint)
    {
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Limits.MaxRequestBodySize = 0;
        options.Limits.MaxConcurrentConnections = 100;
        options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        options.Listen(endPoint, listen => listen.Protocols = HttpProtocols.Http1);
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        return new(Options.Create(options), transport, NullLoggerFactory.Instance);
    }
}
