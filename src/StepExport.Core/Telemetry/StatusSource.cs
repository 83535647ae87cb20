namespace StepExport.Core.Telemetry;

/// <summary>What the program knows about itself, read at scrape time: the one thing that health, metrics and status are made of.</summary>
internal sealed class StatusSource(TimeProvider time)
{
    private readonly ComponentHealth _journalHealth = new(time);
    private readonly ComponentHealth _dedupeHealth = new(time);
    private readonly ComponentHealth _deadLetterHealth = new(time);
    private readonly ComponentHealth _checksHealth = new(time);

    /// <summary>The program's version.</summary>
    public required string Version { get; init; }

    /// <summary>The sources at this moment; a reload replaces the list.</summary>
    public IReadOnlyList<SourceMetrics> Sources { get; set; } = [];

    /// <summary>The sinks at this moment; a reload replaces the list.</summary>
    public IReadOnlyList<SinkMetrics> Sinks { get; set; } = [];

    /// <summary>What became of the reloads of the configuration.</summary>
    public ReloadStatus Reloads { get; set; } = ReloadStatus.None;

    /// <summary>The journal's state as of now.</summary>
    public required Func<JournalStatus> Journal { get; init; }

    /// <summary>What dedupe remembers as of now; null when it is off.</summary>
    public Func<DedupeStatus>? Dedupe { get; init; }

    /// <summary>The dead letters as of now.</summary>
    public required Func<DeadLetterStatus> DeadLetters { get; init; }

    /// <summary>The checks as of now; null when there are none.</summary>
    public Func<ChecksStatus>? Checks { get; set; }

    /// <summary>What became of the program's own log lines; null when they are not sent anywhere.</summary>
    public Func<LogStatus>? OwnLog { get; set; }

    /// <summary>Detections and records that went to the dead letters since the start.</summary>
    public long DeadLettered => Sources.Sum(s => s.Rejected) + Sinks.Sum(s => s.Rejected);

    /// <summary>Why the program can only be restarted, e.g. a loop that ended by itself; null while all of them run.</summary>
    public string? Stopped { get; set; }

    public DateTimeOffset Started { get; } = time.GetUtcNow();

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Whether the journal takes records; it changes when somebody looks, so it is unhealthy since the first look that saw it.</summary>
    public ComponentHealth JournalHealth => Set(_journalHealth, Journal().Trouble);

    /// <summary>Whether dedupe can write down what it knows; seen like <see cref="JournalHealth"/>.</summary>
    public ComponentHealth DedupeHealth => Set(_dedupeHealth, Dedupe?.Invoke().Trouble);

    /// <summary>How far back dedupe remembers; zero while it knows nothing.</summary>
    public TimeSpan DedupeReach => Age(Dedupe?.Invoke().OldestMs ?? 0);

    /// <summary>Whether there is room for dead letters, as of the look.</summary>
    public ComponentHealth DeadLetterHealth => Set(_deadLetterHealth, DeadLetters().Trouble);

    /// <summary>Whether the checks can be read, as of the look.</summary>
    public ComponentHealth ChecksHealth => Set(_checksHealth, Checks?.Invoke().Trouble);

    /// <summary>How long the pending check that changed last the longest ago has been as it is; zero when none is pending.</summary>
    public TimeSpan OldestPendingAge => Age(Checks?.Invoke().Totals.OldestPending?.ToUnixTimeMilliseconds() ?? 0);

    /// <summary>Durable records that the sink is not done with.</summary>
    public static long Lag(SinkMetrics sink, in JournalStatus journal) => Math.Max(journal.DurableSequence - sink.Committed, 0);

    /// <summary>How long the oldest record that the sink is not done with has been in the journal; zero when there is none.</summary>
    public TimeSpan OldestUndeliveredAge(SinkMetrics sink) => Age(sink.OldestUndeliveredMs);

    private static ComponentHealth Set(ComponentHealth health, string? trouble)
    {
        if (trouble is null) health.Healthy();
        else health.Unhealthy(trouble);
        return health;
    }

    private TimeSpan Age(long sinceMs)
    {
        if (sinceMs == 0) return TimeSpan.Zero;
        var age = Now - DateTimeOffset.FromUnixTimeMilliseconds(sinceMs);
        return age > TimeSpan.Zero ? age : TimeSpan.Zero;
    }
}

/// <summary>The journal at one moment.</summary>
/// <param name="Bytes">On disk.</param>
/// <param name="Capacity">Bytes at which intake waits.</param>
/// <param name="DurableSequence">The last sequence that is fsynced.</param>
/// <param name="Recovery">What the last opening found and cut, in words.</param>
/// <param name="Trouble">Why it takes no records at the moment (the disk failed, or it is full), or null.</param>
/// <param name="Damages">Damaged places that readers have passed over since the start.</param>
internal readonly record struct JournalStatus(
    long Bytes, long Capacity, long DurableSequence, IReadOnlyList<string> Recovery, string? Trouble = null, long Damages = 0)
{
    /// <summary>Sinks that are no longer in the configuration, by name.</summary>
    public IReadOnlyList<RemovedSink> Removed { get; init; } = [];
}

/// <summary>What is remembered at one moment.</summary>
/// <param name="Keys">Records known.</param>
/// <param name="OldestMs">How far back the memory reaches, milliseconds since 1970-01-01 UTC; 0 while it is empty.</param>
/// <param name="Trouble">Why it cannot be written down at the moment, or null.</param>
internal readonly record struct DedupeStatus(long Keys, long OldestMs, string? Trouble);
