using StepExport.Core.Delivery;
using StepExport.Core.Telemetry;

namespace StepExport.Sinks.SplunkHec;

/// <summary>Delivers to Splunk's collectors. Splunk has a batch when its indexer has acknowledged it, or, without acknowledgement,
/// when it answered 200 with code 0.</summary>
internal sealed class HecSink(HecDelivery delivery, HecRoutes routes, HecProbe probe, HecBodyPool bodies) : ISink
{
    public ValueTask<SendResult> SendAsync(Batch batch, CancellationToken cancellationToken) =>
        routes.SendAsync(batch, delivery.SendAsync, cancellationToken);

    public Task<CheckResult> CheckAsync(CancellationToken cancellationToken) => probe.RunAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await delivery.Endpoints.DisposeAsync();
        bodies.Dispose();
    }
}
