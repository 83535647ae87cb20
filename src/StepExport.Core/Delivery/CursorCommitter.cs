using System.Threading.Channels;
using StepExport.Core.Journal;

namespace StepExport.Core.Delivery;

/// <summary>Moves the durable cursor after the window, at the pace of <see cref="CommitPace"/> or as soon as someone
/// waits for it. One task, so that completions which
/// arrive during one fsync share the next.</summary>
internal sealed class CursorCommitter(JournalReader reader, InFlightWindow window, RunnerContext runner)
{
    private readonly CommitPace _pace = new(runner.Time);
    private readonly DiskTrouble _writing = new(SinkHealth.Part.Cursor, "the cursor cannot be written", runner);
    private readonly Lock _lock = new();
    private readonly List<(long UpTo, TaskCompletionSource Reached)> _waiting = [];
    private readonly Channel<bool> _moved = Channel.CreateBounded<bool>(new BoundedChannelOptions(1)
    {
        FullMode = BoundedChannelFullMode.Wait,
        SingleReader = true,
    });

    /// <summary>Says that the window's prefix has moved. When one such word is waiting already, it stands for this one too.</summary>
    public void WindowMoved() => _moved.Writer.TryWrite(true);

    /// <summary>Nothing will move any more: <see cref="RunAsync"/> commits what there is and ends.</summary>
    public void Complete() => _moved.Writer.TryComplete();

    /// <summary>Completes when the cursor is durable at <paramref name="sequence"/> or behind it; cancelled when the runner ends before.</summary>
    public Task WaitForAsync(long sequence)
    {
        lock (_lock)
        {
            if (reader.Cursor >= sequence) return Task.CompletedTask;
            if (_moved.Reader.Completion.IsCompleted) return Task.FromCanceled(new CancellationToken(canceled: true));
            var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((sequence, waiting));
            WindowMoved();
            return waiting.Task;
        }
    }

    public async Task RunAsync(CancellationToken abandon)
    {
        try
        {
            while (await _moved.Reader.WaitToReadAsync(CancellationToken.None))
            {
                _moved.Reader.TryRead(out _);
                if (!_pace.IsDue(window.Count) && !IsAwaited(window.Committable)) continue;
                await CommitAsync(abandon);
                _pace.Committed();
            }

            await CommitAsync(abandon);
        }
        finally
        {
            lock (_lock)
            {
                _waiting.ForEach(w => w.Reached.TrySetCanceled(CancellationToken.None));
                _waiting.Clear();
            }
        }
    }

    private bool IsAwaited(long committable)
    {
        lock (_lock) return _waiting.Exists(w => w.UpTo <= committable);
    }

    /// <summary>Retries until the cursor is durable; after <paramref name="abandon"/> one attempt is all.</summary>
    private async Task CommitAsync(CancellationToken abandon)
    {
        while (true)
        {
            try
            {
                reader.Commit(window.Committable);
                runner.Metrics.Committed = reader.Cursor;
                _writing.Over();
                Release();
                return;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                var wait = _writing.WaitOutAsync(e, abandon);
                if (abandon.IsCancellationRequested) return;
                await wait.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Release()
    {
        lock (_lock)
        {
            foreach (var (upTo, reached) in _waiting)
            {
                if (upTo <= reader.Cursor) reached.TrySetResult();
            }

            _waiting.RemoveAll(w => w.Reached.Task.IsCompleted);
        }
    }
}
