using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using StepExport.Checks.Web;
using StepExport.Configuration;
using StepExport.Core.Telemetry;
using StepExport.Http;

namespace StepExport.Admin;

/// <summary>The admin listener: health, metrics and status over HTTP.</summary>
internal sealed class AdminServer : IAsyncDisposable
{
    private readonly BareKestrel _kestrel;
    private readonly Taps? _taps;

    private AdminServer(BareKestrel kestrel, Taps? taps) => (_kestrel, _taps) = (kestrel, taps);

    /// <summary>Where it listens, e.g. <c>http://127.0.0.1:8970</c>; with port 0 in the configuration the port it was given.</summary>
    public Uri Address => _kestrel.Address;

    /// <summary>Listens; null when the configuration says <c>listen: off</c>.</summary>
    /// <param name="config">Where, and whom to let in.</param>
    /// <param name="status">What is told.</param>
    /// <param name="parts">What else is served.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="IOException">The address cannot be had, e.g. because the port is in use.</exception>
    public static async Task<AdminServer?> StartAsync(AdminConfig config, StatusSource status, AdminParts parts, CancellationToken cancellationToken)
    {
        if (config.Listen == ListenAddress.Off) return null;
        var endPoint = ListenAddress.TryParse(config.Listen) ?? throw new ArgumentException($"{config.Listen} was not validated", nameof(config));
        var kestrel = BareKestrel.Create(options => Configure(options, endPoint));
        try
        {
            await kestrel.StartAsync(
                $"admin.listen {config.Listen}", "Choose another address or port, or off", new AdminPages(status, config.Token, parts), cancellationToken);
            return new(kestrel, parts.Taps);
        }
        catch
        {
            await kestrel.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _taps?.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _kestrel.StopAsync(patience.Token);
        await _kestrel.DisposeAsync();
        _taps?.Dispose();
    }

    private static void Configure(KestrelServerOptions options, IPEndPoint endPoint)
    {
        // Also where no body is wanted: what is refused unread is read away, or the connection would be cut under the next request.
        options.Limits.MaxRequestBodySize = ChecksWeb.LargestForm;
        options.Limits.MaxConcurrentConnections = 100;
        options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        options.Listen(endPoint, listen => listen.Protocols = HttpProtocols.Http1);
    }
}
