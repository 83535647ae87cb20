using System.Text;
using StepExport.Core.Delivery;
using StepExport.Core.Model;

namespace StepExport.Testing.Delivery;

/// <summary>A spool in memory with one object per repository, written the way a spool on disk is: what is added waits for
/// <see cref="Flush"/>.</summary>
internal sealed class ScriptedSpool(ScriptedSpoolingSink sink, bool replayed) : ISpool
{
    private readonly SortedDictionary<string, ObjectInSpool> _objects = new(StringComparer.Ordinal);
    private readonly List<long> _sequences = [];
    private (string Repository, long Sequence, byte[] Line)? _waiting;
    private bool _disposed;

    public bool Replayed => replayed;

    /// <summary>What was added, in order.</summary>
    public IReadOnlyList<long> Sequences => _sequences;

    /// <summary>How often it was asked to send itself.</summary>
    public int Sends { get; private set; }

    public long EncodedBytes => _objects.Count == 0 ? 0 : _objects.Values.Max(o => o.Content.Length);

    public bool HasRoomFor(in ExportRecord record) => _sequences.Count == 0 || sink.HasRoom(this, record.Sequence);

    public void Add(in ExportRecord record)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_waiting is not null) throw new InvalidOperationException("what was added before has not been flushed");
        _waiting = (Encoding.UTF8.GetString(record.Repository), record.Sequence, [.. Encoding.UTF8.GetBytes($"{record.Sequence} "), .. record.Body.Span, (byte)'\n']);
    }

    public void Flush()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_waiting is not var (repository, sequence, line)) return;
        sink.BeforeFlush(this);
        if (!_objects.TryGetValue(repository, out var target)) _objects[repository] = target = new(sequence);
        target.Content.Write(line);
        target.Last = sequence;
        _sequences.Add(sequence);
        _waiting = null;
    }

    public async ValueTask<SendResult> SendAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_waiting is not null) throw new InvalidOperationException("a record that could not be flushed would be lost");
        Sends++;
        return await sink.SendAsync(this, cancellationToken);
    }

    /// <summary>Writes its objects, or the first few of them, to the bucket.</summary>
    public SendResult Put(int objects = int.MaxValue)
    {
        foreach (var (repository, o) in _objects.Take(objects)) sink.Bucket.Put($"{repository}/{o.First}-{o.Last}", o.Content.ToArray());
        return SendResult.Delivered;
    }

    public ValueTask DisposeAsync()
    {
        if (_disposed) throw new InvalidOperationException("disposed of twice");
        _disposed = true;
        sink.Removed();
        return ValueTask.CompletedTask;
    }

    private sealed class ObjectInSpool(long first)
    {
        public long First => first;

        public long Last { get; set; }

        public MemoryStream Content { get; } = new();
    }
}
