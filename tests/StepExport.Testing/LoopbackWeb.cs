using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace StepExport.Testing;

/// <summary>The bare web server under the doubles: loopback, a free port unless one is asked for, no host around it.</summary>
internal static class LoopbackWeb
{
    public static WebApplication Create(HttpProtocols protocols = HttpProtocols.Http1, int port = 0)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, port, listen => listen.Protocols = protocols));
        return builder.Build();
    }

    /// <summary>Ends at once: requests that are held open would otherwise keep the server for half a minute.</summary>
    public static async ValueTask EndAsync(this WebApplication app)
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
    }
}
