namespace StepExport.Sinks.SplunkHec;

/// <summary>How long to wait for acknowledgements, and how often to ask.</summary>
/// <param name="Timeout">A batch that is not acknowledged by then is sent again.</param>
/// <param name="Metrics">Counts what becomes of the waits.</param>
/// <param name="Time">The clock.</param>
internal sealed record HecAckPolicy(TimeSpan Timeout, HecAckMetrics Metrics, TimeProvider Time)
{
    /// <summary>Between two questions while acknowledgements come.</summary>
    public TimeSpan PollInitial { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Between two questions when none has come for a while.</summary>
    public TimeSpan PollMax { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>So many ids keep the answer within what the client reads of one.</summary>
    public int IdsPerQuestion { get; init; } = 200;
}

/// <summary>The pause between questions: short while acknowledgements come, longer and longer while none does. Pure.</summary>
internal sealed class PollPace(TimeSpan initial, TimeSpan max)
{
    private const double Growth = 1.5;
    private double _growth = 1;

    public TimeSpan Interval => initial * _growth < max ? initial * _growth : max;

    /// <param name="acknowledged">What the last question brought.</param>
    public void Asked(int acknowledged) => _growth = acknowledged > 0 ? 1 : Math.Min(_growth * Growth, max / initial);
}
