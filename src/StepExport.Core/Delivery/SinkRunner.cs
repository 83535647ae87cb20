using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using StepExport.Core.DeadLetters;
using StepExport.Core.Journal;
using StepExport.Core.Telemetry;

namespace StepExport.Core.Delivery;

/// <summary>Drives one sink: the one owner of batching, retry, bisection, dead letters and the cursor.</summary>
/// <remarks>
/// <code>
/// JournalReader -> BatchFeed -> BatchBuilder -> channel (1 batch, Wait) -> inFlight x BatchSender -> ISink
///                                                                           |-> DeadLetterStore
///                          or   SpoolBuilder -> channel (1 spool, Wait) -> inFlight x SpoolSender -> ISpool
///                                |-> JournalReader.MarkCut
///
///                       InFlightWindow (contiguous prefix) -> CursorCommitter -> JournalReader.Commit
///
/// DeadLetterStore (marked letters) -> LetterReplay -> BatchSender -> ISink
/// </code>
/// At most <c>inFlight + 2</c> batches are in memory, or for an <see cref="ISpoolingSink"/> on disk: one being built, one on the
/// channel, one per sender. A record is behind the cursor only when it was delivered, is durable in the dead letters, or was
/// refused by the filter; everything else comes again after a restart, and what is spooled in the same batches as before.
/// </remarks>
internal sealed class SinkRunner
{
    private readonly TaskCompletionSource _hurry = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly InFlightWindow _window;
    private readonly CursorCommitter _committer;
    private readonly JournalReader _reader;
    private readonly ISink _sink;
    private readonly DeadLetterStore _deadLetters;
    private readonly RunnerContext _runner;

    /// <param name="name">The sink's name in the configuration; the component of its dead letters.</param>
    /// <param name="sink">The destination; not disposed of here.</param>
    /// <param name="reader">The sink's own reader, opened for this runner; not disposed of here.</param>
    /// <param name="deadLetters">Where rejected records go.</param>
    /// <param name="settings">Batches, in-flight, time-out, retry, filter.</param>
    /// <param name="metrics">The sink's counters and health.</param>
    /// <param name="time">The clock of ages, time-outs and back-off.</param>
    /// <param name="random">The jitter.</param>
    /// <param name="logger">For trouble and recovery.</param>
    public SinkRunner(
        string name, ISink sink, JournalReader reader, DeadLetterStore deadLetters, SinkSettings settings, SinkMetrics metrics,
        TimeProvider time, Random random, ILogger logger)
    {
        var policy = new RetryPolicy(settings.RetryInitial, settings.RetryMax, random);
        _runner = new(name, settings, metrics, new(metrics.Health), policy, time, logger);
        (_sink, _reader, _deadLetters) = (sink, reader, deadLetters);
        _window = new(reader.Cursor);
        _committer = new(reader, _window, _runner);
        metrics.Committed = reader.Cursor;
    }

    /// <summary>Runs until <paramref name="stopReading"/>, then ends when what was read is delivered, or at <paramref name="abandon"/>.
    /// Runs once.</summary>
    /// <param name="stopReading">Reads no further; what was read is still delivered.</param>
    /// <param name="abandon">Cancels the sends and back-offs: the end of the drain time. What is left comes again after a restart.</param>
    /// <remarks>Trouble of the destination, the journal, the cursor or the dead letters is waited out and shows in the sink's
    /// health; an exception is a bug.</remarks>
    public async Task RunAsync(CancellationToken stopReading, CancellationToken abandon)
    {
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(abandon);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopReading, failed.Token);
        using var gate = new DestinationGate(_runner);
        var sends = new SendLoop(gate, _runner);
        var commit = GuardAsync(() => _committer.RunAsync(failed.Token), failed);
        var replay = GuardAsync(() => NewReplay(sends).RunAsync(stop.Token, failed.Token), failed);
        try
        {
            await (_sink is ISpoolingSink spooling
                ? DeliverAsync(new SpoolBuilder(spooling, _reader, _committer, _runner), () => new SpoolSender(sends, _runner), failed, stop.Token)
                : DeliverAsync(new BatchBuilder(_runner.Settings.BatchMaxBytes, _runner.Settings.BatchMaxEvents),
                    () => new BatchSender(_sink, _deadLetters.Add, sends, _runner), failed, stop.Token));
        }
        finally
        {
            _committer.Complete();
            await commit;
            await replay;
        }
    }

    /// <summary>Instead of <see cref="RunAsync"/>: sends the letters that are marked for this sink, and nothing of the journal.</summary>
    /// <param name="abandon">Gives up what has not been sent; it stays marked.</param>
    /// <exception cref="OperationCanceledException">Given up.</exception>
    public async Task ReplayAsync(CancellationToken abandon)
    {
        using var gate = new DestinationGate(_runner);
        await NewReplay(new(gate, _runner)).DrainAsync(abandon);
    }

    /// <summary>Completes when the cursor is durable at <paramref name="upTo"/> or behind it. From the call on no batch waits to
    /// become full. While the destination is in trouble this takes as long as the trouble.</summary>
    /// <param name="upTo">A sequence that is durable in the journal, e.g. <see cref="SegmentJournal.DurableSequence"/> after the sources ended.</param>
    /// <param name="cancellationToken">Ends the waiting, nothing else.</param>
    /// <exception cref="OperationCanceledException">Cancelled, or the runner ended before.</exception>
    public Task DrainAsync(long upTo, CancellationToken cancellationToken)
    {
        _hurry.TrySetResult();
        return _committer.WaitForAsync(upTo).WaitAsync(cancellationToken);
    }

    private LetterReplay NewReplay(SendLoop sends) => new(_sink, _deadLetters, sends, _runner);

    /// <summary>Runs a part; its fault ends the others, the end of the drain time ends it quietly.</summary>
    private static async Task GuardAsync(Func<Task> part, CancellationTokenSource failed)
    {
        var completed = false;
        try
        {
            await Task.Run(part, CancellationToken.None);
            completed = true;
        }
        catch (OperationCanceledException) when (failed.IsCancellationRequested)
        {
            completed = true;
        }
        finally
        {
            if (!completed) await failed.CancelAsync();
        }
    }

    private async Task DeliverAsync<TBatch>(
        IBatchBuilder<TBatch> builder, Func<IBatchSender<TBatch>> newSender, CancellationTokenSource failed, CancellationToken stop)
        where TBatch : IClosedBatch
    {
        var batches = Channel.CreateBounded<TBatch>(new BoundedChannelOptions(1)
        {
            FullMode = BoundedChannelFullMode.Wait,
            SingleWriter = true,
        });
        Task[] work =
        [
            GuardAsync(() => FeedAsync(builder, batches.Writer, stop, failed.Token), failed),
            .. Enumerable.Range(0, _runner.Settings.InFlight).Select(_ => GuardAsync(() => SendAllAsync(newSender(), batches.Reader, failed.Token), failed)),
        ];
        try
        {
            await Task.WhenAll(work);
        }
        finally
        {
            while (batches.Reader.TryRead(out var unsent)) await unsent.DisposeAsync();
        }
    }

    private async Task FeedAsync<TBatch>(IBatchBuilder<TBatch> builder, ChannelWriter<TBatch> batches, CancellationToken stop, CancellationToken abandon)
        where TBatch : IClosedBatch
    {
        await using var feed = new BatchFeed<TBatch>(builder, _reader, _window, _committer, _hurry.Task, _runner);
        try
        {
            await feed.RunAsync(batches, stop, abandon);
        }
        finally
        {
            batches.Complete();
        }
    }

    private async Task SendAllAsync<TBatch>(IBatchSender<TBatch> sender, ChannelReader<TBatch> batches, CancellationToken abandon)
        where TBatch : IClosedBatch
    {
        await foreach (var batch in batches.ReadAllAsync(abandon))
        {
            await using (batch)
            {
                await sender.SendAsync(batch, abandon);
                var moved = _window.Complete(batch.Slot);
                _window.ShowOldest(_runner.Metrics);
                if (moved) _committer.WindowMoved();
            }
        }
    }
}
