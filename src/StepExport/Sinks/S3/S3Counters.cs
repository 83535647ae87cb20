using StepExport.Core.Telemetry;

namespace StepExport.Sinks.S3;

/// <summary>What only this sink can tell, kept up to date in its <see cref="SinkMetrics.Gauges"/>. Thread-safe.</summary>
internal sealed class S3Counters(SinkMetrics metrics)
{
    private readonly Lock _lock = new();
    private long _objects;
    private long _parts;
    private long _alreadyThere;
    private long _aborted;
    private long _spooled;

    public void BytesSent(long bytes) => metrics.AddBytesSent(bytes);

    public void ObjectUploaded() => Count(ref _objects, 1);

    public void PartUploaded(long bytes)
    {
        metrics.AddBytesSent(bytes);
        Count(ref _parts, 1);
    }

    public void ObjectAlreadyThere() => Count(ref _alreadyThere, 1);

    public void UploadAborted() => Count(ref _aborted, 1);

    /// <summary>Bytes written to spools, or, when negative, removed from disk.</summary>
    public void Spooled(long bytes) => Count(ref _spooled, bytes);

    private void Count(ref long counter, long more)
    {
        lock (_lock)
        {
            counter += more;
            metrics.Gauges =
            [
                new("s3_objects_total", "Objects uploaded.", _objects),
                new("s3_parts_total", "Parts of large objects uploaded.", _parts),
                new("s3_objects_already_there_total", "Objects that the bucket had already, from an attempt whose answer was lost.", _alreadyThere),
                new("s3_multipart_aborts_total", "Multipart uploads aborted.", _aborted),
                new("s3_spool_bytes", "Bytes on disk that wait to be uploaded.", _spooled),
            ];
        }
    }
}
