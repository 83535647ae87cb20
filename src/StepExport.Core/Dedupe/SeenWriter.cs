using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace StepExport.Core.Dedupe;

/// <summary>Writes keys to the store behind the journal's writer's back, many groups at a time.</summary>
/// <remarks>While the disk fails it is tried again every second; then the queue fills, and whoever adds waits. Nothing is lost with the
/// process: the journal keeps what is behind <see cref="Applied"/>.</remarks>
internal sealed partial class SeenWriter : IAsyncDisposable
{
    private const int QueueLength = 64;
    private const int BlockLimit = 64 * 1024;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly Channel<SeenBlock> _queue = Channel.CreateBounded<SeenBlock>(
        new BoundedChannelOptions(QueueLength) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true, SingleWriter = true });

    private readonly ISeenStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _closing = new();
    private readonly List<DedupeKey> _keys = [];
    private readonly Action _applied;
    private readonly Task _run;
    private Queue<SeenBlock>? _backlog;
    private long _appliedSequence;
    private volatile string? _trouble;

    /// <param name="store">Where to.</param>
    /// <param name="sequence">What the store holds already.</param>
    /// <param name="backlog">What is written first.</param>
    /// <param name="applied">Called whenever <see cref="Applied"/> has moved.</param>
    /// <param name="time">The clock of the waits.</param>
    /// <param name="logger">Told of trouble.</param>
    public SeenWriter(ISeenStore store, long sequence, Queue<SeenBlock> backlog, Action applied, TimeProvider time, ILogger logger)
    {
        (_store, _appliedSequence, _backlog, _applied, _time, _logger) = (store, sequence, backlog, applied, time, logger);
        _run = Task.Run(RunAsync);
    }

    /// <summary>The keys of all records up to this sequence are in the store.</summary>
    public long Applied => Volatile.Read(ref _appliedSequence);

    /// <summary>Why the store takes nothing at the moment, or null.</summary>
    public string? Trouble => _trouble;

    /// <summary>Completes when there is room; at once while the store works.</summary>
    public ValueTask AddAsync(SeenBlock block, CancellationToken cancellationToken) =>
        _queue.Writer.TryWrite(block) ? default : _queue.Writer.WriteAsync(block, cancellationToken);

    /// <summary>Writes what was added, if it can be written at once.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _closing.CancelAsync();
        await _run;
        _closing.Dispose();
    }

    [SuppressMessage("Design", "CA1031", Justification = "Boundary of the task: what ends it must reach whoever adds, or he waits for ever.")]
    private async Task RunAsync()
    {
        try
        {
            while (_backlog is not null || await _queue.Reader.WaitToReadAsync())
            {
                await WriteAsync(Gather());
                if (_keys.Count < BlockLimit) await Task.Delay(Pace, _time, _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            _queue.Writer.TryComplete();
        }
        catch (Exception e)
        {
            _trouble = e.Message;
            Log.Died(_logger, e);
            _queue.Writer.TryComplete(e);
        }
    }

    private SeenBlock Gather()
    {
        _keys.Clear();
        var all = default(SeenBlock);
        while (_keys.Count < BlockLimit && TryNext(out var block))
        {
            _keys.AddRange(block.Keys.Span);
            all = block with { ForgetBeforeMs = Math.Max(all.ForgetBeforeMs, block.ForgetBeforeMs) };
        }

        return all with { Keys = _keys.ToArray() };
    }

    private bool TryNext(out SeenBlock block)
    {
        if (_backlog is { } backlog)
        {
            if (backlog.TryDequeue(out block)) return true;
            _backlog = null;
        }

        return _queue.Reader.TryRead(out block);
    }

    private async Task WriteAsync(SeenBlock block)
    {
        while (block.Keys.Length > 0)
        {
            try
            {
                _store.Write(block);
                break;
            }
            catch (IOException e)
            {
                if (_trouble != e.Message) Log.Failed(_logger, e);
                _trouble = e.Message;
            }

            await Task.Delay(RetryDelay, _time, _closing.Token);
        }

        if (_trouble is not null) Log.Recovered(_logger);
        _trouble = null;
        Volatile.Write(ref _appliedSequence, block.LastSequence);
        _applied();
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Which records have been taken cannot be written down: it is tried again every second, and intake waits before anything is forgotten")]
        public static partial void Failed(ILogger logger, IOException exception);

        [LoggerMessage(LogLevel.Information, "Which records have been taken is written down again")]
        public static partial void Recovered(ILogger logger);

        [LoggerMessage(LogLevel.Critical, "The dedupe store's writer ended by a fault of the program")]
        public static partial void Died(ILogger logger, Exception exception);
    }
}
