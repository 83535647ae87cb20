using System.Collections;
using StepExport.Core.Telemetry;

namespace StepExport.Sinks.SplunkHec;

/// <summary>The numbers that only this kind of sink has; counted anew whenever somebody looks.</summary>
internal sealed class HecGauges(
    HecEndpoints endpoints, AdaptiveConcurrency concurrency, HecAckMetrics acks, IReadOnlyList<HecAcknowledgement> tokens) : IReadOnlyList<SinkGauge>
{
    public int Count => All().Count();

    public SinkGauge this[int index] => All().ElementAt(index);

    public IEnumerator<SinkGauge> GetEnumerator() => All().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private IEnumerable<SinkGauge> All()
    {
        yield return new("hec_concurrency_limit", "Requests that may be under way at the moment.", concurrency.Limit);
        foreach (var target in endpoints.All)
        {
            var label = ("endpoint", target.Client.Endpoint.Authority);
            yield return new("hec_endpoint_up", "1 while the endpoint takes part.", target.Health.IsUp ? 1 : 0, label);
            yield return new("hec_endpoint_ejections_total", "How often the endpoint was left out.", target.Health.Ejections, label);
            yield return new("hec_endpoint_requests_total", "Batches sent to the endpoint, whatever came of them.", target.Requests, label);
        }

        yield return new("hec_acknowledgement", "1 while batches count as delivered only when the indexer has acknowledged them.", tokens.All(t => t.IsOn) ? 1 : 0);
        yield return new("hec_ack_pending", "Batches that wait for the indexer's acknowledgement.", acks.PendingNow);
        yield return new("hec_ack_wait_seconds", "How long the batch acknowledged last has waited for it.", acks.LastWait.TotalSeconds);
        yield return new("hec_ack_wait_seconds_total", "How long all acknowledged batches have waited.", acks.Waited.TotalSeconds);
        yield return new("hec_acks_total", "Batches acknowledged by the indexer.", acks.Acknowledged);
        yield return new("hec_ack_timeouts_total", "Batches sent again because no acknowledgement came in time.", acks.TimedOut);
        yield return new("hec_ack_lost_total", "Batches sent again because no acknowledgement could come any more, or none that could be trusted: another indexer had taken over, or a request without an answer may have got the same id.", acks.Lost);
    }
}
