using StepExport.Aws;
using StepExport.Core.Delivery;
using StepExport.Core.Formats;
using StepExport.Core.Telemetry;

namespace StepExport.Sinks.S3;

/// <summary>Writes batches as objects into one bucket. A batch is delivered when the store has confirmed each of its objects.</summary>
internal sealed class S3Sink(S3SinkParts parts) : ISpoolingSink
{
    public ISpool OpenSpool(bool replayed)
    {
        parts.Files.Sweep();
        return new S3Spool(parts, replayed);
    }

    /// <remarks>Sent again, the same records have the same keys, so that nothing is written twice.</remarks>
    public async ValueTask<SendResult> SendAsync(Batch batch, CancellationToken cancellationToken)
    {
        await using var spool = OpenSpool(replayed: false);
        try
        {
            for (var i = 0; i < batch.Count; i++)
            {
                var record = batch[i];
                spool.Add(record);
                spool.Flush();
            }
        }
        catch (IOException e)
        {
            return SendResult.Retry($"the spool cannot be written: {e.Message}", needsOperator: true);
        }

        return await spool.SendAsync(cancellationToken);
    }

    public Task<CheckResult> CheckAsync(CancellationToken cancellationToken) => S3Probe.RunAsync(parts.Connection, cancellationToken);

    public ValueTask DisposeAsync()
    {
        parts.Connection.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>What the sink and its spools share.</summary>
/// <param name="Key">Names of objects.</param>
/// <param name="Format">What is emitted of a record.</param>
/// <param name="Gzip">Whether objects are compressed.</param>
/// <param name="LargestBatch">Bytes of all objects of a batch together, at which it ends.</param>
/// <param name="Files">Where spools lie.</param>
/// <param name="Uploader">The way into the bucket.</param>
/// <param name="Connection">The store.</param>
/// <param name="Counters">The sink's own metrics.</param>
/// <param name="Time">The clock.</param>
internal sealed record S3SinkParts(
    ObjectKey Key, RecordFormat Format, bool Gzip, long LargestBatch, SpoolFolder Files, ObjectUploader Uploader, S3Connection Connection, S3Counters Counters, TimeProvider Time);
