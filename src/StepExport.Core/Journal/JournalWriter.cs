using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace StepExport.Core.Journal;

/// <summary>The one writer: gathers what waits, appends it, fsyncs once, and tells the callers. See the header of <see cref="SegmentJournal"/>.</summary>
internal sealed partial class JournalWriter : IAsyncDisposable
{
    private const int QueueLength = 256;
    private const int GroupLimit = 4 * 1024 * 1024;
    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly Channel<PendingAppend> _queue = Channel.CreateBounded<PendingAppend>(
        new BoundedChannelOptions(QueueLength) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });

    private readonly JournalParts _parts;
    private readonly ActiveSegment _active;
    private readonly ILogger _logger;
    private readonly long _maxSize;
    private readonly CancellationTokenSource _closing = new();
    private readonly FrameGroup _group = new();
    private readonly List<int> _seen = [];
    private readonly Task _run;
    private long? _fullLogged;
    private volatile string? _trouble;

    public JournalWriter(JournalParts parts, ActiveSegment active, long maxSize, ILogger logger)
    {
        (_parts, _active, _maxSize, _logger) = (parts, active, maxSize, logger);
        _run = Task.Run(RunAsync);
    }

    public bool IsFull => _parts.IsFull;

    public string? Trouble => _trouble;

    public async ValueTask<int> AppendAsync(Submission submission, CancellationToken cancellationToken)
    {
        var pending = new PendingAppend(submission, _parts.Dedupe is not null, cancellationToken);
        try
        {
            await _queue.Writer.WriteAsync(pending, cancellationToken);
        }
        catch (ChannelClosedException e)
        {
            throw new IOException("the journal is closed", e.InnerException);
        }

        await using (cancellationToken.UnsafeRegister(GiveUp, pending)) return await pending.Task;

        void GiveUp(object? state)
        {
            // It may stand at the head of the line, and what stands behind it may fit.
            if (((PendingAppend)state!).Cancel()) _parts.Room.Beat();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _closing.CancelAsync();
        await _run;
        _active.Dispose();
        _closing.Dispose();
    }

    [SuppressMessage("Design", "CA1031", Justification = "Boundary of the writer's task: whatever ends it must reach the callers, or they wait for ever.")]
    private async Task RunAsync()
    {
        Exception end = new IOException("the journal was closed before the submission was durable");
        try
        {
            while (await _queue.Reader.WaitToReadAsync())
            {
                var room = _parts.Room.Next;
                var hasRoom = TryGather();
                if (_group.Members.Count > 0) await WriteAsync();
                if (_parts.Dedupe is { } dedupe) await dedupe.KeepAsync(_parts.Segments.DurableSequence, _closing.Token);
                if (!hasRoom) await WaitForRoomAsync(room);
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            end = e;
            _trouble = e.Message;
            Log.Died(_logger, e);
        }

        _queue.Writer.TryComplete(end);
        foreach (var pending in _group.Members) pending.Fail(end);
        while (_queue.Reader.TryRead(out var pending)) pending.Fail(end);
    }

    /// <summary>False when the first that waits does not fit.</summary>
    private bool TryGather()
    {
        var hasRoom = true;
        _group.Clear();
        _parts.Dedupe?.BeginGroup();
        while (_group.Bytes < GroupLimit && _queue.Reader.TryPeek(out var pending))
        {
            var cancelled = pending.Task.IsCanceled;
            if (!cancelled && !Fits(_group.Bytes + pending.FrameLength))
            {
                hasRoom = _group.Members.Count > 0;
                break;
            }

            // It may rest on nothing but what is durable, for the one before it can still fail and be cancelled: the next group.
            if (!cancelled && _parts.Dedupe is { } dedupe && dedupe.IsInGroup(pending.Keys)) break;
            _queue.Reader.TryRead(out _);
            if (!cancelled && pending.TryTake()) Take(pending);
        }

        if (hasRoom) _parts.IsFull = false;
        return hasRoom;
    }

    private void Take(PendingAppend pending)
    {
        if (_parts.Dedupe is { } dedupe)
        {
            _seen.Clear();
            dedupe.Join(pending.Keys, _seen);
            if (_seen.Count > 0) pending.Cut(CollectionsMarshal.AsSpan(_seen));
        }

        if (pending.IsEmpty) pending.Durable();
        else _group.Add(pending);
    }

    /// <summary>What alone is larger than the journal still goes through, once nothing is left to wait for.</summary>
    private bool Fits(long bytes) =>
        _parts.Segments.Bytes + bytes <= _maxSize || (_group.Members.Count == 0 && !_parts.HasUndelivered);

    private async Task WaitForRoomAsync(Task room)
    {
        if (!_parts.IsFull) LogNowAndThen();
        _parts.IsFull = true;
        _parts.Removed.Relieve();
        await room.WaitAsync(_closing.Token);
    }

    private void LogNowAndThen()
    {
        if (_fullLogged is { } last && _parts.Time.GetElapsedTime(last) < LogInterval) return;
        _fullLogged = _parts.Time.GetTimestamp();
        Log.Full(_logger, _parts.Segments.Bytes, _maxSize);
    }

    private async Task WriteAsync()
    {
        while (_group.Members.Count > 0)
        {
            try
            {
                if (_parts.Segments.Bytes + _group.Bytes > _maxSize) _active.MakeRoom();
                _active.Append(_group);
                if (_trouble is not null) Log.Recovered(_logger);
                _trouble = null;
                break;
            }
            catch (IOException e)
            {
                if (_trouble != e.Message) Log.Failed(_logger, e);
                _trouble = e.Message;
            }

            _group.PutBack();
            await Task.Delay(RetryDelay, _parts.Time, _closing.Token);
            _group.Retake();
        }

        foreach (var pending in _group.Members)
        {
            _parts.Dedupe?.Add(pending.Keys);
            pending.Durable();
        }

        _group.Clear();
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The journal is full ({Bytes} of {Capacity} bytes): intake waits until sinks have delivered")]
        public static partial void Full(ILogger logger, long bytes, long capacity);

        [LoggerMessage(LogLevel.Error, "The journal cannot write: intake waits, and it is tried again every second")]
        public static partial void Failed(ILogger logger, IOException exception);

        [LoggerMessage(LogLevel.Information, "The journal writes again")]
        public static partial void Recovered(ILogger logger);

        [LoggerMessage(LogLevel.Critical, "The journal's writer ended by a fault of the program")]
        public static partial void Died(ILogger logger, Exception exception);
    }
}
