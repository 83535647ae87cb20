using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using StepExport.Core.Journal;
using StepExport.Core.Model;

namespace StepExport.Core.Delivery;

/// <summary>Reads the journal for one sink and puts batches on the channel: at once while records are ready, else when the
/// oldest has waited long enough. When <c>hurry</c> is completed or the journal is full, no batch waits to become full.</summary>
internal sealed partial class BatchFeed(JournalReader reader, InFlightWindow window, CursorCommitter committer, Task hurry, RunnerContext runner) : IDisposable
{
    /// <summary>While the filter refuses everything, the cursor still moves and no batch waits behind it longer than so many records.</summary>
    private const int FilteredRun = 4096;

    private readonly BatchBuilder _builder = new(runner.Settings.BatchMaxBytes, runner.Settings.BatchMaxEvents);
    private InFlightWindow.Slot? _slot;
    private CancellationTokenSource? _ageCancelled;
    private Task? _aged;
    private Task? _readable;
    private long _lastRead;
    private int _filtered;
    private int _faults;

    /// <summary>Runs until <paramref name="stopReading"/>, then hands over what was read.</summary>
    public async Task RunAsync(ChannelWriter<PooledBatch> batches, CancellationToken stopReading, CancellationToken abandon)
    {
        while (!stopReading.IsCancellationRequested)
        {
            if (Read(out var record) is { } fault)
                await WaitOutAsync(fault, stopReading);
            else if (record.Sequence > 0)
                await TakeAsync(record, batches, abandon);
            else if (_builder.Count > 0 && (hurry.IsCompleted || reader.IsJournalFull || _aged is { IsCompleted: true }))
                await HandOverAsync(batches, abandon);
            else
                await PauseAsync(stopReading);
        }

        if (_builder.Count > 0) await HandOverAsync(batches, abandon);
        CoverFiltered();
    }

    public void Dispose() => StopAgeing();

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

    private async Task WaitOutAsync(IOException fault, CancellationToken stopReading)
    {
        var delay = runner.Policy.Delay(++_faults);
        runner.Health.Set(SinkHealth.Part.Journal, $"the journal cannot be read: {fault.Message}");
        Log.JournalNotRead(runner.Logger, fault, runner.Sink, delay.TotalSeconds);
        await Task.Delay(delay, runner.Time, stopReading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private ValueTask TakeAsync(in ExportRecord record, ChannelWriter<PooledBatch> batches, CancellationToken abandon)
    {
        if (!runner.Settings.Filter.Accepts(record))
        {
            _lastRead = record.Sequence;
            if (++_filtered < FilteredRun) return ValueTask.CompletedTask;
            if (_builder.Count > 0) return HandOverAsync(batches, abandon);
            CoverFiltered();
            return ValueTask.CompletedTask;
        }

        if (!_builder.HasRoomFor(record)) return HandOverThenAddAsync(record, batches, abandon);
        Add(record);
        return _builder.IsFull ? HandOverAsync(batches, abandon) : ValueTask.CompletedTask;
    }

    private async ValueTask HandOverThenAddAsync(ExportRecord record, ChannelWriter<PooledBatch> batches, CancellationToken abandon)
    {
        await HandOverAsync(batches, abandon);
        Add(record);
        if (_builder.IsFull) await HandOverAsync(batches, abandon);
    }

    private void Add(in ExportRecord record)
    {
        if (_builder.Count == 0)
        {
            _slot = window.Open(record.Sequence, record.AppendedAtMs);
            window.ShowOldest(runner.Metrics);
        }

        _builder.Add(record);
        _lastRead = record.Sequence;
    }

    private async ValueTask HandOverAsync(ChannelWriter<PooledBatch> batches, CancellationToken abandon)
    {
        StopAgeing();
        CoverFiltered();
        var batch = _builder.Build(_slot!);
        try
        {
            await batches.WriteAsync(batch, abandon);
        }
        catch (OperationCanceledException)
        {
            batch.Release();
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
        if (_builder.Count == 0) CoverFiltered();
        if (_faults > 0) runner.Health.Set(SinkHealth.Part.Journal, null);
        _faults = 0;

        // The journal itself moves the cursor over a damaged place; who waits for the drain has to hear of it.
        if (hurry.IsCompleted) committer.WindowMoved();

        var pressure = reader.Pressure;

        // Kept over rounds in which something else ends the pause: one wait, not one per round.
        _readable ??= reader.WaitAsync(stopReading).AsTask();
        if (_builder.Count == 0)
            await _readable.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        else
            await Task.WhenAny(_readable, hurry, StartAgeing(), reader.IsJournalFull ? Task.CompletedTask : pressure);
        if (!_readable.IsCompleted) return;
        var ended = _readable;
        _readable = null;
        if (!stopReading.IsCancellationRequested) await ended;
    }

    private Task StartAgeing()
    {
        if (_aged is not null) return _aged;
        _ageCancelled = new();
        return _aged = Task.Delay(runner.Settings.BatchMaxAge, runner.Time, _ageCancelled.Token);
    }

    private void StopAgeing()
    {
        _ageCancelled?.Cancel();
        _ageCancelled?.Dispose();
        (_ageCancelled, _aged) = (null, null);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 331, Level = LogLevel.Error, Message = "{Sink}: the journal cannot be read; next attempt in {Seconds:F1} s")]
        public static partial void JournalNotRead(ILogger logger, Exception cause, string sink, double seconds);
    }
}
