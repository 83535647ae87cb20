using StepExport.Core.Journal;
using StepExport.Core.Model;

namespace StepExport.Core.Delivery;

/// <summary>Encodes records into one spool per batch, and makes durable where each batch ends before it is handed over.</summary>
/// <remarks>As long as an earlier run of the program has marked a cut ahead, the batch ends with that record and nowhere before,
/// whatever the limits are now: the same objects come about again.</remarks>
internal sealed class SpoolBuilder(ISpoolingSink sink, JournalReader reader, CursorCommitter committer, RunnerContext runner)
    : IBatchBuilder<SpooledBatch>
{
    private readonly DiskTrouble _marking = new(SinkHealth.Part.Cursor, "the end of a batch cannot be marked", runner);
    private ISpool? _spool;
    private long? _markedEnd;
    private long _last;
    private long _seen;

    public int Count { get; private set; }

    public bool IsFull => _spool is not null && (_markedEnd is { } end ? reader.Next > end : IsLarge(_spool));

    public bool HasToGrow => reader.Next <= _markedEnd;

    public bool HasRoomFor(in ExportRecord record) =>
        _spool is null || ((_markedEnd is not { } end || record.Sequence <= end) && _spool.HasRoomFor(record));

    public void Add(in ExportRecord record)
    {
        _spool ??= Open(record.Sequence);
        _spool.Add(record);
        _last = _seen = record.Sequence;
        Count++;
    }

    public void PassOver(long sequence) => _seen = sequence;

    public void Flush() => _spool?.Flush();

    public async ValueTask<SpooledBatch> CloseAsync(InFlightWindow.Slot slot, CancellationToken abandon)
    {
        // A batch can end before its marked end only when the sink has no room for the next record; that end is a new one.
        if (_markedEnd is not { } end || _seen < end) await MarkAsync(abandon);
        var batch = new SpooledBatch(_spool!, Count, slot, runner);
        (_spool, _markedEnd, Count) = (null, null, 0);
        return batch;
    }

    public ValueTask DisposeAsync() => _spool is null ? ValueTask.CompletedTask : SpooledBatch.RemoveAsync(_spool, runner);

    private bool IsLarge(ISpool spool) => Count >= runner.Settings.BatchMaxEvents || spool.EncodedBytes >= runner.Settings.BatchMaxBytes;

    private ISpool Open(long first)
    {
        foreach (var cut in reader.Cuts)
        {
            if (cut < first) continue;
            _markedEnd = cut;
            break;
        }

        return sink.OpenSpool(replayed: _markedEnd is not null);
    }

    private async ValueTask MarkAsync(CancellationToken abandon)
    {
        // While one batch is stuck others are delivered behind it, and their cuts stay until the cursor passes: at most so many.
        while (reader.Cuts is { Count: >= JournalReader.MaxCuts } cuts && cuts[0] < _last)
            await committer.WaitForAsync(cuts[0]).WaitAsync(abandon);

        while (true)
        {
            abandon.ThrowIfCancellationRequested();
            try
            {
                reader.MarkCut(_last);
                _marking.Over();
                return;
            }
            catch (IOException e)
            {
                await _marking.WaitOutAsync(e, abandon);
            }
        }
    }
}
