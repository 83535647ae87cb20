namespace StepExport.Testing.SplunkHec;

/// <summary>What becomes of an accepted request: when its events are truly indexed, and when that is acknowledged.</summary>
internal sealed record HecFate
{
    /// <summary>Indexed at once, acknowledged at the first poll.</summary>
    public static HecFate Indexed { get; } = new();

    /// <summary>Accepted, never indexed, never acknowledged: an indexer that crashed with the events in memory.</summary>
    public static HecFate Lost { get; } = new() { IsIndexed = false, IsAcknowledged = false };

    /// <summary>Indexed at once, and nobody will ever be told.</summary>
    public static HecFate NeverAcknowledged { get; } = new() { IsIndexed = true, IsAcknowledged = false };

    /// <summary>False: none of its events ever reaches the index.</summary>
    public bool IsIndexed { get; private init; } = true;

    /// <summary>False: every poll gets false.</summary>
    public bool IsAcknowledged { get; private init; } = true;

    /// <summary>Polls for it that are answered false first.</summary>
    public int Polls { get; private init; }

    /// <summary>How long polls are answered false.</summary>
    public TimeSpan Delay { get; private init; }

    /// <summary>Only the acknowledgement is late, not the indexing.</summary>
    public bool IsIndexedAtOnce { get; private init; } = true;

    /// <summary>Indexed with the poll behind so many that were answered false.</summary>
    public static HecFate IndexedAfterPolls(int polls) => new() { Polls = polls, IsIndexedAtOnce = false };

    /// <summary>Indexed when so much time of the server's clock has passed.</summary>
    public static HecFate IndexedAfter(TimeSpan delay) => new() { Delay = delay, IsIndexedAtOnce = false };

    /// <summary>Indexed at once; so many polls are answered false all the same.</summary>
    public static HecFate AcknowledgedAfterPolls(int polls) => new() { Polls = polls };

    /// <summary>Indexed at once; acknowledged when so much time of the server's clock has passed.</summary>
    public static HecFate AcknowledgedAfter(TimeSpan delay) => new() { Delay = delay };
}
