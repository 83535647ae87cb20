using System.Net;
using StepExport.Configuration;
using StepExport.Core.Ingest;
using StepExport.Core.Telemetry;
using StepExport.Http;

namespace StepExport.Sources.StepSecurity;

/// <summary>Makes sources of type <c>stepsecurity</c>.</summary>
internal sealed class StepSecuritySourceFactory() : SourceFactory<StepSecurityConfig>("stepsecurity")
{
    public override void Validate(StepSecurityConfig config, ConfigProblems problems) => StepSecurityRules.Validate(config, problems);

    /// <exception cref="IOException">A file under <c>tls</c> cannot be read, or the checkpoint.</exception>
    public override ISource Create(string name, StepSecurityConfig config, SourceContext context)
    {
        var progress = FeedProgress.Decode(context.Checkpoint);
        var gate = new RequestGate(config.Concurrency, config.Retry, context.Time);
        var client = new ApiClient(config, Connect(config), gate, context.Time);
        var health = new JoinedHealth(context.Metrics.Health);
        var logger = context.Loggers.CreateLogger($"stepsecurity.{name}");
        var retry = new SourceRetry(name, config.Retry, health, context.Time, logger);
        var feeds = new FeedParts(config, client, retry, health, progress, context.Once, context.Time, logger);
        return new StepSecuritySource(feeds, context.Metrics);
    }

    private static SocketsHttpHandler Connect(StepSecurityConfig config)
    {
        var handler = HttpHandlers.Create(config.Tls, proxy: null, config.ConnectTimeout, config.Concurrency);
        HttpProxy.Apply(handler, config.Proxy, config.ProxyUser, config.ProxyPassword);
        handler.AutomaticDecompression = DecompressionMethods.GZip;
        return handler;
    }
}
