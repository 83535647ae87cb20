namespace StepExport.Running;

/// <summary>A source at work, until it has read everything or is stopped.</summary>
internal sealed class RunningSource(SourceLine line) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private volatile bool _stopping;

    public SourceLine Line => line;

    public Task Loop { get; private set; } = Task.CompletedTask;

    /// <summary>Whether the end of <see cref="Loop"/> is what was asked for.</summary>
    public bool IsStopping => _stopping;

    /// <summary>Whether a reload brought it while others were running.</summary>
    public bool IsReloaded { get; init; }

    /// <summary>Whether it has read everything there is.</summary>
    public bool HasEnded => !_stopping && Loop.IsCompletedSuccessfully;

    /// <summary>Why it could not do its work, for a person to see; null while it does, and when it has ended as it should.</summary>
    public string? Trouble => (Loop.Exception?.InnerException as IOException)?.Message;

    public void Start() => Loop = line.Source.RunAsync(line.Ingress, _stop.Token);

    /// <summary>Completes when the source is at work, or has ended.</summary>
    public Task WaitForStartAsync() => Task.WhenAny(Loop, line.Source.Started);

    /// <summary>Reads no further; what it said about its end before is not repeated.</summary>
    public async Task StopAsync()
    {
        _stopping = true;
        await _stop.CancelAsync();
        await Loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        await line.Source.DisposeAsync();
        line.Ingress.Dispose();
        _stop.Dispose();
    }
}
