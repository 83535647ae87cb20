namespace StepExport.Running;

/// <summary>A sink at work, until it is stopped.</summary>
internal sealed class RunningSink(SinkLine line) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopReading = new();
    private readonly CancellationTokenSource _abandon = new();
    private volatile bool _stopping;

    public SinkLine Line => line;

    /// <summary>Ends when the sink is stopped, and only then.</summary>
    public Task Loop { get; private set; } = Task.CompletedTask;

    /// <summary>Whether the end of <see cref="Loop"/> is what was asked for.</summary>
    public bool IsStopping => _stopping;

    public void Start() => Loop = line.Runner.RunAsync(_stopReading.Token, _abandon.Token);

    /// <summary>Delivers what was read and ends. What the destination does not take within the patience is sent again by the sink's
    /// next runner, or after the next start.</summary>
    /// <param name="patience">How long it may take.</param>
    /// <param name="time">The clock of that.</param>
    /// <param name="hurry">Ends the patience.</param>
    public async Task StopAsync(TimeSpan patience, TimeProvider time, CancellationToken hurry)
    {
        _stopping = true;
        await _stopReading.CancelAsync();
        using var enough = new CancellationTokenSource(patience, time);
        await using var onEnough = enough.Token.Register(_abandon.Cancel);
        await using var onHurry = hurry.Register(_abandon.Cancel);
        await Loop;
    }

    public async ValueTask DisposeAsync()
    {
        line.Reader.Dispose();
        await line.Sink.DisposeAsync();
        _stopReading.Dispose();
        _abandon.Dispose();
    }
}
