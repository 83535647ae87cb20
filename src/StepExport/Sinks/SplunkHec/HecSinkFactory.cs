using StepExport.Configuration;
using StepExport.Core.Delivery;
using StepExport.Http;

namespace StepExport.Sinks.SplunkHec;

internal sealed class HecSinkFactory() : SinkFactory<HecConfig>("splunk_hec")
{
    public override void Validate(HecConfig config, ConfigProblems problems) => HecRules.Validate(config, problems);

    /// <exception cref="IOException">A file under <c>tls</c> cannot be read.</exception>
    public override ISink Create(string name, HecConfig config, SinkContext context) => Create(name, config, context, _ => Connect(config));

    /// <summary>The same with other connections.</summary>
    /// <param name="name">The sink's.</param>
    /// <param name="config">Validated.</param>
    /// <param name="context">From the program.</param>
    /// <param name="connect">Makes the connections to one endpoint.</param>
    internal static HecSink Create(string name, HecConfig config, SinkContext context, Func<HecEndpoint, HttpMessageHandler> connect)
    {
        var log = context.Loggers.CreateLogger($"splunk_hec.{name}");
        var acks = new HecAckMetrics();
        var policy = new HecAckPolicy(config.AcknowledgementTimeout, acks, context.Time);
        var endpoints = new HecEndpoints([.. config.Endpoints.Select(e => Target(e, config, policy, context.Time, connect))], context.Time, log);
        var concurrency = new AdaptiveConcurrency(config.MinInFlight, config.InFlight, context.Time);
        var bodies = new HecBodyPool(gzip: config.Compression == "gzip");
        var routes = HecRoutes.Create(config, context.Time, log);
        context.Metrics.Gauges = new HecGauges(endpoints, concurrency, acks, [.. routes.All.Select(r => r.Acknowledgement)]);
        var probe = new HecProbe([.. endpoints.All.Select(t => t.Client)], routes.All, config.Acknowledgement, context.Time);
        return new HecSink(new(endpoints, concurrency, bodies, context.Metrics, context.Time, log), routes, probe, bodies);
    }

    /// <summary>One endpoint of the section with its connections; for the program's own log too.</summary>
    internal static HecTarget Target(string address, HecConfig config, HecAckPolicy policy, TimeProvider time, Func<HecEndpoint, HttpMessageHandler> connect)
    {
        if (!HecEndpoint.TryParse(address, out var endpoint, out var problem)) throw new ArgumentException(problem, nameof(address));
        return new(new(endpoint, connect(endpoint), config.Timeout, time), new(Random.Shared), policy);
    }

    /// <summary>Connections as the section wants them.</summary>
    /// <exception cref="IOException">A file under <c>tls</c> cannot be read.</exception>
    internal static SocketsHttpHandler Connect(HecConfig config)
    {
        // One connection more than for batches, so that a question about acknowledgements never queues behind them.
        var handler = HttpHandlers.Create(config.Tls, proxy: null, config.ConnectTimeout, maxConnections: config.InFlight + 1);
        HttpProxy.Apply(handler, config.Proxy, config.ProxyUser, config.ProxyPassword);
        return handler;
    }
}
