using StepExport.Core.Delivery;
using StepExport.Core.Telemetry;
using StepExport.Sinks.Http;

namespace StepExport.Sinks.SplunkHec;

/// <summary>Delivers to the event endpoint of one collector. A 200 with code 0 is Splunk's word that it has the events.</summary>
internal sealed partial class HecSink(HecClient client, HecEncoder encoder, HecBodyPool bodies, SinkMetrics metrics, ILogger log) : ISink
{
    /// <summary>How many refusals "wrong index" may hit single records, before an acceptance, until the index itself is blamed.
    /// More than the halvings of the largest batch.</summary>
    private const int IndexCredit = 20;

    private int _indexCredit;
    private bool _nearlyFull;

    public async ValueTask<SendResult> SendAsync(Batch batch, CancellationToken cancellationToken)
    {
        if (!client.TryAuthorize(out var authorization, out var problem)) return SendResult.Retry(problem, needsOperator: true);
        var body = bodies.Rent();
        try
        {
            encoder.Encode(batch, body);
            var wire = body.Complete();
            var request = new HecRequest(batch.Count, body.PlainBytes, IndexIsGood: Volatile.Read(ref _indexCredit) > 0);
            var verdict = await client.SendAsync(authorization, wire, body.IsGzip, request, cancellationToken);
            metrics.AddBytesSent(wire.Length);
            Remember(verdict);
            return verdict.Result;
        }
        catch (Exception e) when (HttpTrouble.IsExpected(e, cancellationToken))
        {
            return HttpTrouble.ToResult(e, client.Endpoint);
        }
        finally
        {
            bodies.Return(body);
        }
    }

    public Task<CheckResult> CheckAsync(CancellationToken cancellationToken) => HecProbe.RunAsync(client, cancellationToken);

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        bodies.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Remember(HecVerdict verdict)
    {
        if (verdict.TookSome) Volatile.Write(ref _indexCredit, IndexCredit);
        if (verdict.FollowUp == HecFollowUp.DoubtIndex) Interlocked.Decrement(ref _indexCredit);
        if (verdict.Result.Outcome != RecordOutcome.Delivered) return;
        var nearlyFull = verdict.FollowUp == HecFollowUp.SlowDown;
        if (nearlyFull && !_nearlyFull) Log.NearlyFull(log, client.Endpoint);
        _nearlyFull = nearlyFull;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Endpoint} takes events, but says that its queues are nearly full; a smaller inFlight would help it")]
        public static partial void NearlyFull(ILogger logger, Uri endpoint);
    }
}
