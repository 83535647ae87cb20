using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace StepExport.Http;

/// <summary>Kestrel without a running host around it: a host would bring its own signal handlers, files and environment variables.</summary>
/// <remarks>A host is built all the same, and never started, because Kestrel's TLS is made of its services.</remarks>
internal sealed class BareKestrel : IAsyncDisposable
{
    private readonly WebApplication _services;
    private readonly IServer _server;

    private BareKestrel(WebApplication services)
    {
        _services = services;
        _server = services.Services.GetRequiredService<IServer>();
    }

    /// <summary>Where it listens once started, e.g. <c>http://127.0.0.1:8970</c>; for port 0 the port it was given.</summary>
    public Uri Address => new(_server.Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <param name="configure">Limits, and one address to listen on.</param>
    public static BareKestrel Create(Action<KestrelServerOptions> configure)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            configure(options);
        });
        builder.Services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        return new(builder.Build());
    }

    /// <param name="listen">The address as configured, and the key it stands under; for the message.</param>
    /// <param name="remedy">What an operator can do when it cannot be had.</param>
    /// <param name="application">Answers the requests.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">The address cannot be had, e.g. because the port is in use.</exception>
    public async Task StartAsync(string listen, string remedy, IHttpApplication<HttpContext> application, CancellationToken cancellationToken)
    {
        try
        {
            await _server.StartAsync(application, cancellationToken);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            throw CannotBeHad(listen, remedy, e);
        }
    }

    public static IOException CannotBeHad(string listen, string remedy, Exception why) =>
        new($"{listen} cannot be had: {why.Message.TrimEnd('.')}; is another stepexport running? {remedy}", why);

    /// <summary>Takes no new connections; requests under way are answered.</summary>
    /// <param name="patience">When it is cancelled, what is still under way is cut off.</param>
    public Task StopAsync(CancellationToken patience) => _server.StopAsync(patience);

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
