using Confluent.Kafka;
using StepExport.Core.Ingest;

namespace StepExport.Sources.Kafka;

/// <summary>Makes one batch at a time durable while the client's thread fills the next one. It outlives the client: what was begun with
/// the one before is finished first. All methods belong to the client's thread.</summary>
internal sealed class Intake(Ingress ingress, int maxEventSize, CancellationToken giveUp) : IDeserializer<int>, IDisposable
{
    private readonly DetectionSplitter _splitter = new(maxEventSize);
    private readonly MessageOrigin _origin = new();
    private readonly ManualResetEventSlim _idle = new(initialState: true);
    private MessageBatch? _batch;
    private MessageBatch _spare = new();
    private Task _work = Task.CompletedTask;

    /// <summary>Whether a batch can be handed over.</summary>
    public bool IsIdle => _idle.IsSet;

    /// <summary>Why it takes long, or null.</summary>
    public string? Obstacle => ingress.Obstacle;

    /// <summary>Journal or dead letters failed: the program has to end.</summary>
    public bool HasFailed => _work.IsFaulted;

    /// <summary>The batch that is being filled.</summary>
    public MessageBatch Filling { get; private set; } = new();

    /// <summary>The client's way to hand over a value. It calls in the middle of a poll, on the thread that polls.</summary>
    public int Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context) => Filling.Copy(data);

    /// <summary>Begins with what was filled, when nothing else is under way.</summary>
    public void Begin()
    {
        var batch = Filling;
        Filling = _spare;
        _idle.Reset();
        (_batch, _work) = (batch, Task.Run(() => TakeAsync(batch), CancellationToken.None));
    }

    /// <summary>Waits until the batch is durable, or the time is over.</summary>
    public bool Wait(TimeSpan limit) => _idle.Wait(limit);

    /// <summary>Moves the partitions' durable offsets behind the batch, once it is done.</summary>
    /// <exception cref="IOException">Journal or dead letters failed.</exception>
    /// <exception cref="OperationCanceledException">Given up.</exception>
    public void Collect()
    {
        if (_batch is not { } batch || !IsIdle) return;
        _batch = null;
        _work.GetAwaiter().GetResult();
        foreach (var entry in batch.Entries) entry.Partition.Durable = entry.Offset + 1;
        batch.Clear();
        _spare = batch;
    }

    /// <summary>Completes when nothing is under way, whatever came of it.</summary>
    public Task EndAsync() => _work.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    public void Dispose()
    {
        _splitter.Dispose();
        _idle.Dispose();
    }

    private async Task TakeAsync(MessageBatch batch)
    {
        try
        {
            foreach (var entry in batch.Entries)
            {
                if (entry.Length > 0 && !entry.Partition.IsGone) await TakeAsync(batch, entry);
            }

            await ingress.FlushAsync(giveUp);
        }
        finally
        {
            _idle.Set();
        }
    }

    private async ValueTask TakeAsync(MessageBatch batch, MessageBatch.Entry entry)
    {
        _origin.Set(entry.Partition.Partition, entry.Offset);
        _splitter.Reset(default);
        for (var value = batch.Value(entry); !value.IsEmpty;)
        {
            var room = _splitter.Room();
            var count = Math.Min(room.Length, value.Length);
            value[..count].CopyTo(room);
            value = value[count..];
            _splitter.Filled(count);
            if (value.IsEmpty) _splitter.Complete();
            while (_splitter.TryRead(out var item)) await ingress.AddAsync(item, _origin, giveUp);
        }
    }
}
