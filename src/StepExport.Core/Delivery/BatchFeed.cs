using System.Threading.Channels;
using StepExport.Core.Journal;
using StepExport.Core.Model;

namespace StepExport.Core.Delivery;

/// <summary>Reads the journal for one sink and puts batches on the channel: at once when they are full, else when the first record
/// has waited long enough. When <c>hurry</c> is completed or the journal is full, no batch waits to become full.</summary>
/// <param name="builder">What the records are gathered in; disposed of here.</param>
/// <param name="reader">The sink's reader.</param>
/// <param name="window">Where batches are opened.</param>
/// <param name="committer">Hears when the cursor can move without a delivery.</param>
/// <param name="hurry">Completed when the sink is to be drained.</param>
/// <param name="runner">What the runner's parts share.</param>
internal sealed class BatchFeed<TBatch>(
    IBatchBuilder<TBatch> builder, JournalReader reader, InFlightWindow window, CursorCommitter committer, Task hurry, RunnerContext runner) : IAsyncDisposable
    where TBatch : IClosedBatch
{
    /// <summary>While the filter refuses everything, the cursor still moves.</summary>
    private const int FilteredRun = 4096;

    private readonly DiskTrouble _reading = new(SinkHealth.Part.Journal, "the journal cannot be read", runner);
    private readonly DiskTrouble _spooling = new(SinkHealth.Part.Spool, "the spool cannot be written", runner);
    private InFlightWindow.Slot? _slot;
    private CancellationTokenSource? _ageCancelled;
    private Task _aged = Task.CompletedTask;
    private Task? _readable;
    private long _lastRead;
    private int _filtered;

    /// <summary>Runs until <paramref name="stopReading"/>, then hands over what was read. What cannot be spooled, or has to grow to
    /// its marked end first, is given up: it comes again after a restart.</summary>
    public async Task RunAsync(ChannelWriter<TBatch> batches, CancellationToken stopReading, CancellationToken abandon)
    {
        while (!stopReading.IsCancellationRequested)
        {
            if (Flush() is { } unwritten)
                await _spooling.WaitOutAsync(unwritten, stopReading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            else if (builder.IsFull || (_aged.IsCompleted && MayClose))
                await HandOverAsync(batches, abandon);
            else if (Read(out var record) is { } unread)
                await _reading.WaitOutAsync(unread, stopReading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            else if (record.Sequence > 0)
                await TakeAsync(record, batches, abandon);
            else if (MayClose && (hurry.IsCompleted || reader.IsJournalFull))
                await HandOverAsync(batches, abandon);
            else if (!builder.IsFull) // It is when the record it had to end with turns out to be lost.
                await PauseAsync(stopReading);
        }

        if (MayClose && Flush() is null) await HandOverAsync(batches, abandon);
        CoverFiltered();
    }

    public async ValueTask DisposeAsync()
    {
        StopAgeing();
        await builder.DisposeAsync();
    }

    private bool MayClose => builder.Count > 0 && !builder.HasToGrow;

    /// <returns>Why what was added could not be written.</returns>
    private IOException? Flush()
    {
        try
        {
            builder.Flush();
            _spooling.Over();
            return null;
        }
        catch (IOException e)
        {
            return e;
        }
    }

    /// <summary>Reads the next record; its sequence is 0 when there is none for now.</summary>
    /// <returns>Why the journal could not be read.</returns>
    private IOException? Read(out ExportRecord record)
    {
        try
        {
            if (!reader.TryRead(out record)) record = default;
            return null;
        }
        catch (IOException e)
        {
            record = default;
            return e;
        }
    }

    private ValueTask TakeAsync(in ExportRecord record, ChannelWriter<TBatch> batches, CancellationToken abandon)
    {
        if (!runner.Settings.Filter.Accepts(record))
        {
            _lastRead = record.Sequence;
            builder.PassOver(record.Sequence);
            if (++_filtered >= FilteredRun) CoverFiltered();
            return ValueTask.CompletedTask;
        }

        if (!builder.HasRoomFor(record)) return HandOverThenAddAsync(record, batches, abandon);
        Add(record);
        return ValueTask.CompletedTask;
    }

    private async ValueTask HandOverThenAddAsync(ExportRecord record, ChannelWriter<TBatch> batches, CancellationToken abandon)
    {
        await HandOverAsync(batches, abandon);
        Add(record);
    }

    private void Add(in ExportRecord record)
    {
        if (builder.Count == 0)
        {
            _slot = window.Open(record.Sequence, record.AppendedAtMs);
            window.ShowOldest(runner.Metrics);
            StartAgeing();
        }

        builder.Add(record);
        _lastRead = record.Sequence;
    }

    private async ValueTask HandOverAsync(ChannelWriter<TBatch> batches, CancellationToken abandon)
    {
        StopAgeing();
        CoverFiltered();
        var batch = await builder.CloseAsync(_slot!, abandon);
        try
        {
            await batches.WriteAsync(batch, abandon);
        }
        catch (OperationCanceledException)
        {
            await batch.DisposeAsync();
            throw;
        }
    }

    private void CoverFiltered()
    {
        if (_lastRead == 0) return;
        window.Cover(_lastRead);
        if (_filtered == 0) return;
        runner.Metrics.AddFiltered(_filtered);
        _filtered = 0;
        committer.WindowMoved();
    }

    /// <summary>The journal has nothing more for now: waits for a record, for the batch's age or for haste.</summary>
    private async Task PauseAsync(CancellationToken stopReading)
    {
        if (builder.Count == 0) CoverFiltered();
        _reading.Over();

        // The journal itself moves the cursor over a damaged place; who waits for the drain has to hear of it.
        if (hurry.IsCompleted) committer.WindowMoved();

        var pressure = reader.Pressure;

        // Kept over rounds in which something else ends the pause: one wait, not one per round.
        _readable ??= reader.WaitAsync(stopReading).AsTask();
        if (MayClose)
            await Task.WhenAny(_readable, hurry, _aged, reader.IsJournalFull ? Task.CompletedTask : pressure);
        else
            await _readable.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_readable.IsCompleted) return;
        var ended = _readable;
        _readable = null;
        if (!stopReading.IsCancellationRequested) await ended;
    }

    private void StartAgeing()
    {
        _ageCancelled = new();
        _aged = Task.Delay(runner.Settings.BatchMaxAge, runner.Time, _ageCancelled.Token);
    }

    private void StopAgeing()
    {
        _ageCancelled?.Cancel();
        _ageCancelled?.Dispose();
        (_ageCancelled, _aged) = (null, Task.CompletedTask);
    }
}
