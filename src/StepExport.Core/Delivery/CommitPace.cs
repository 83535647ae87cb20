namespace StepExport.Core.Delivery;

/// <summary>When the cursor is moved: at once when nothing is in flight, else once in a while, because each move is an fsync. One thread.</summary>
internal sealed class CommitPace(TimeProvider time)
{
    /// <summary>So much more may come again after a crash.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(25);

    private long? _last;

    /// <param name="inFlight">Batches that are not behind the cursor yet.</param>
    public bool IsDue(int inFlight) => inFlight == 0 || _last is not { } last || time.GetElapsedTime(last) >= Interval;

    public void Committed() => _last = time.GetTimestamp();
}
