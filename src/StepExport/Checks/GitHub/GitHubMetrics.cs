using StepExport.Core.Telemetry;

namespace StepExport.Checks.GitHub;

/// <summary>What telling GitHub came to since the start.</summary>
internal sealed class GitHubMetrics(TimeProvider time)
{
    private long _reported;
    private long _retried;
    private long _pauses;

    /// <summary>Whether GitHub takes what it is told.</summary>
    public ComponentHealth Health { get; } = new(time);

    public long Reported => Interlocked.Read(ref _reported);

    public long Retried => Interlocked.Read(ref _retried);

    public long Pauses => Interlocked.Read(ref _pauses);

    public void AddReported() => Interlocked.Increment(ref _reported);

    public void AddRetried() => Interlocked.Increment(ref _retried);

    public void AddPause() => Interlocked.Increment(ref _pauses);
}
