using StepExport.Configuration;
using StepExport.Core.Ingest;
using StepExport.Core.Telemetry;

namespace StepExport.Sources.File;

/// <summary>Reads files, once or for as long as they grow. One file is open at a time.</summary>
/// <remarks>
/// A round goes over the files that match, sorted by name, and reads each that is new or has changed from its position to its end.
/// A file that was renamed so that it does not match any more is looked for among its neighbours and read to its end.
/// </remarks>
internal sealed partial class FileSource : ISource
{
    private readonly ILogger _logger;
    private readonly FileSourceConfig _config;
    private readonly SourceMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly PathPattern _pattern;
    private readonly PathPattern _neighbours;
    private readonly FileTable _files;
    private readonly DetectionSplitter _splitter;
    private readonly JoinedHealth _health;
    private readonly Dictionary<string, string> _troubles = new(StringComparer.Ordinal);
    private readonly bool _follow;
    private long _round;
    private bool _moved;

    /// <exception cref="IOException">The checkpoint cannot be read.</exception>
    public FileSource(string name, FileSourceConfig config, SourceContext context)
    {
        (_config, _metrics, _time) = (config, context.Metrics, context.Time);
        _health = new(context.Metrics.Health);
        _logger = context.Loggers.CreateLogger($"file.{name}");
        _follow = !context.Once && config.Follow != false;
        _pattern = new(config.Path);
        _neighbours = new(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(config.Path))!, "*"));
        _files = FileTable.Decode(context.Checkpoint);
        _splitter = new((int)config.MaxEventSize.Bytes);
    }

    /// <exception cref="IOException">Not following: nothing matches, or a file could not be read to its end.</exception>
    public async Task RunAsync(Ingress ingress, CancellationToken stop)
    {
        // Reading is synchronous; whoever starts the sources shall not wait for the first one
        await Task.Yield();
        ingress.Checkpoint = _files.Encode;
        try
        {
            do
            {
                var matched = await RoundAsync(ingress, stop);
                if (!_follow)
                {
                    Conclude(matched);
                    return;
                }

                await Task.Delay(_config.PollInterval, _time, stop);
            }
            while (true);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // What is not durable yet is read again from the checkpoint
        }
    }

    public Task<CheckResult> CheckAsync(CancellationToken cancellationToken)
    {
        var paths = _pattern.Files();
        try
        {
            foreach (var path in paths) OpenFile.Open(path).Dispose();
        }
        catch (FileReadException e)
        {
            return Task.FromResult(new CheckResult(false, e.Message));
        }

        var found = FormattableString.Invariant($"{paths.Count} files match {_config.Path}");
        return Task.FromResult(new CheckResult(paths.Count > 0 || _follow, paths.Count > 0 ? found : $"no file matches {_config.Path} yet"));
    }

    public ValueTask DisposeAsync()
    {
        _splitter.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Goes over all files once; everything read is durable on return.</summary>
    /// <returns>How many files matched.</returns>
    private async Task<int> RoundAsync(Ingress ingress, CancellationToken stop)
    {
        _round++;
        _troubles.Clear();
        var paths = _pattern.Files();
        foreach (var path in paths) await VisitAsync(path, mustBeKnown: false, ingress, stop);

        foreach (var state in _files.States)
        {
            if (state.Round < _round && _files.At(state.Path) == state && state.IsUnchanged(new(state.Path))) state.Round = _round;
        }

        if (_files.States.Any(state => state.Round < _round))
        {
            foreach (var path in _neighbours.Files().Except(paths)) await VisitAsync(path, mustBeKnown: true, ingress, stop);
        }

        // With nothing there at all, a volume is more likely to be missing than everything to be deleted
        if (paths.Count > 0) _moved |= _files.ForgetBefore(_round) > 0;
        if (_moved) await ingress.FlushAsync(stop);
        _moved = false;
        ReportHealth();
        return paths.Count;
    }

    private async ValueTask VisitAsync(string path, bool mustBeKnown, Ingress ingress, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        if (_files.At(path) is { } known && known.IsUnchanged(new(path)))
        {
            known.Round = _round;
            if (known.Damage is not null) _troubles[path] = CannotRead(path, known.Damage);
            return;
        }

        try
        {
            using var file = OpenFile.Open(path);
            if (Identify(file, path, mustBeKnown) is not { } state) return;
            state.Round = _round;
            await ReadAsync(file, state, ingress, stop);
        }
        catch (FileReadException e)
        {
            _troubles[path] = CannotRead(path, e.Message);
            if (_files.At(path) is { } unread) unread.Round = _round;
        }
    }

    /// <summary>Whose content this is: a file known by whatever name, or a new one. Null: nothing to read.</summary>
    private FileState? Identify(OpenFile file, string path, bool mustBeKnown)
    {
        if (file.Head.IsEmpty) return null;
        var state = _files.Find(file.Inode, file.Head) ?? _files.FindCopied(file.Head, IsGone);
        if (state is null && mustBeKnown) return null;
        if (state is null && _files.At(path) is not null) Log.Replaced(_logger, path);
        state ??= new() { Path = path };
        if (!file.IsGzip && file.Length < state.Position.Offset)
        {
            Log.Truncated(_logger, path, file.Length, state.Position.Offset);
            state.Position = default;
        }

        _files.Place(state, path);
        state.Identity = FileIdentity.Of(file.Inode, file.Head);
        state.Damage = null;
        return state;
    }

    private static bool IsGone(FileState state)
    {
        try
        {
            using var file = OpenFile.Open(state.Path);
            return file.Inode != state.Identity.Inode || !state.Identity.Begins(file.Head);
        }
        catch (FileReadException)
        {
            return !System.IO.File.Exists(state.Path);
        }
    }

    private async ValueTask ReadAsync(OpenFile file, FileState state, Ingress ingress, CancellationToken stop)
    {
        var before = state.Position;
        _splitter.Reset(before);
        try
        {
            file.Seek(before.Offset);
            int count;
            do
            {
                stop.ThrowIfCancellationRequested();
                count = file.Read(_splitter.Room().Span);
                _splitter.Filled(count);
                // Only a file that still grows may end in the middle of something
                if (count == 0 && (!_follow || file.IsGzip)) _splitter.Complete();
                while (_splitter.TryRead(out var item))
                {
                    state.Position = _splitter.Position;
                    await ingress.AddAsync(item, state.Path, stop);
                }
            }
            while (count > 0);
        }
        catch (FileReadException e) when (e.IsDamage)
        {
            state.Damage = e.Message;
            _troubles[state.Path] = CannotRead(state.Path, e.Message);
        }

        state.Position = _splitter.Position;
        state.Seen = (file.Length, file.LastWrite);
        _moved |= state.Position != before;
    }

    private static string CannotRead(string path, string reason) => $"{path} cannot be read: {reason}";

    private void ReportHealth()
    {
        if (_health.SetAll(_troubles) && _metrics.Health.Current.Reason is { } reason) Log.Unreadable(_logger, reason);
    }

    /// <summary>A run that ends must not look complete when it is not.</summary>
    private void Conclude(int matched)
    {
        if (matched == 0) _metrics.Health.Unhealthy($"no file matches {_config.Path}");
        if (_metrics.Health.Current is { Ok: false, Reason: { } reason }) throw new IOException(reason);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Text}; the other files are read")]
        public static partial void Unreadable(ILogger logger, string text);

        [LoggerMessage(LogLevel.Warning, "{Path} has {Length} bytes, but {Offset} were read already: it was truncated, and is read from its start")]
        public static partial void Truncated(ILogger logger, string path, long length, long offset);

        [LoggerMessage(LogLevel.Information, "{Path} is another file now, and is read from its start")]
        public static partial void Replaced(ILogger logger, string path);
    }
}
