using System.Buffers;
using StepExport.Aws;
using StepExport.Core.Delivery;
using StepExport.Core.Model;

namespace StepExport.Sinks.S3;

/// <summary>One batch on its way to the bucket: an object per partition, each in a file of its own.</summary>
/// <remarks>Memory: some 130 KB of buffers and 300 KB of compressor state per open object, whatever its size.</remarks>
internal sealed class S3Spool(S3SinkParts parts, bool replayed) : ISpool
{
    /// <summary>Objects of one batch; a record of yet another partition begins the next batch.</summary>
    public const int MostObjects = 64;

    /// <summary>A batch whose objects together are so many times the size of one ends, too: what lies on disk stays bounded.</summary>
    public const int MostSizes = 4;

    /// <summary>Objects on their way at the same time.</summary>
    private const int ObjectsAtOnce = 4;

    private static readonly TimeSpan AbandonTime = TimeSpan.FromSeconds(5);

    private readonly List<SpooledObject> _objects = [];
    private readonly ArrayBufferWriter<byte> _scratch = new();
    private readonly byte[] _folder = new byte[parts.Key.LongestFolder];
    private SpooledObject? _last;
    private SpooledObject? _largest;
    private SpooledObject? _found;
    private long _foundFor;
    private long _encodedBytes;
    private int _folderLength;
    private bool _delivered;

    public long EncodedBytes => _largest?.EncodedBytes ?? 0;

    /// <summary>Memory held in buffers at the moment.</summary>
    internal long BufferBytes => _objects.Sum(o => o.BufferBytes);

    /// <summary>The keys of its objects, once they were sent.</summary>
    internal IEnumerable<string?> Keys => _objects.Select(o => o.Key);

    public bool HasRoomFor(in ExportRecord record) =>
        _encodedBytes < parts.LargestBatch && (_objects.Count < MostObjects || Find(record) is not null);

    public void Add(in ExportRecord record)
    {
        if (Find(record) is not { } target)
        {
            target = new(_folder.AsSpan(0, _folderLength).ToArray(), parts.Gzip, parts.Files);
            target.Upload.MayHaveOrphan = replayed;
            _objects.Add(target);
        }

        var before = target.EncodedBytes;
        target.Add(record, parts.Format.Render(record.Body.Span, _scratch));
        _encodedBytes += target.EncodedBytes - before;
        (_last, _found) = (target, null);
        if (_largest is null || target.EncodedBytes > _largest.EncodedBytes) _largest = target;
    }

    /// <remarks>Only the object that a record was just added to can have grown.</remarks>
    public void Flush()
    {
        if (_last is not { } target) return;
        var before = target.WrittenBytes;
        if (target.Flush()) parts.Counters.Spooled(target.WrittenBytes - before);
    }

    public async ValueTask<SendResult> SendAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            Seal();
        }
        catch (IOException e)
        {
            return SendResult.Retry($"the spool cannot be written: {e.Message}", needsOperator: true);
        }

        SendResult? trouble = null;
        var options = new ParallelOptions { MaxDegreeOfParallelism = ObjectsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(_objects.Where(o => !o.Upload.Done), options, async (target, stop) =>
        {
            // What ails one object mostly ails them all.
            if (Volatile.Read(ref trouble) is not null) return;
            if (await UploadAsync(target, stop) is { } failed) Interlocked.CompareExchange(ref trouble, failed, null);
        });
        _delivered = trouble is null;
        return trouble ?? SendResult.Delivered;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_delivered)
        {
            using var enough = new CancellationTokenSource(AbandonTime, parts.Time);
            await Parallel.ForEachAsync(_objects, CancellationToken.None, async (target, _) =>
            {
                try
                {
                    await parts.Uploader.AbandonAsync(target, enough.Token);
                }
                catch (OperationCanceledException)
                {
                    // The store does not answer; what is left is for the next run or the bucket's lifecycle rule.
                }
            });
        }

        foreach (var target in _objects)
        {
            parts.Counters.Spooled(-target.WrittenBytes);
            target.Dispose();
        }
    }

    private void Seal()
    {
        foreach (var target in _objects)
        {
            var before = target.WrittenBytes;
            target.Seal(parts.Key);
            parts.Counters.Spooled(target.WrittenBytes - before);
        }
    }

    private async Task<SendResult?> UploadAsync(SpooledObject target, CancellationToken cancellationToken)
    {
        try
        {
            await parts.Uploader.UploadAsync(target, cancellationToken);
            parts.Connection.Accepted();
            return null;
        }
        catch (Exception e) when (S3Answers.IsExpected(e, cancellationToken))
        {
            var trouble = parts.Connection.Judge(e);
            return SendResult.Retry(trouble.Reason, trouble.Code, trouble.RetryAfter, trouble.NeedsOperator);
        }
    }

    /// <summary>The object of the record's partition. Most records go where the one before went, and <see cref="Add"/> follows
    /// <see cref="HasRoomFor"/> for the same record.</summary>
    private SpooledObject? Find(in ExportRecord record)
    {
        if (_found is not null && _foundFor == record.Sequence) return _found;
        _folderLength = parts.Key.RenderFolder(record, _folder);
        var folder = _folder.AsSpan(0, _folderLength);
        (_found, _foundFor) = (null, record.Sequence);
        if (_last is not null && _last.IsIn(folder)) return _found = _last;
        foreach (var candidate in _objects)
        {
            if (candidate.IsIn(folder)) return _found = candidate;
        }

        return null;
    }
}
