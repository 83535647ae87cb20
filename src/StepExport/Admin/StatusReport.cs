using StepExport.Core.Telemetry;

namespace StepExport.Admin;

/// <summary><c>/api/status</c>: the program at one moment, for a person or a tool.</summary>
internal sealed record StatusReport(
    string Version,
    DateTimeOffset Started,
    double UptimeSeconds,
    bool Ready,
    ReloadsReport Reloads,
    JournalReport Journal,
    DedupeReport? Dedupe,
    DeadLettersReport DeadLetters,
    IReadOnlyList<SourceReport> Sources,
    IReadOnlyList<SinkReport> Sinks,
    IReadOnlyList<RemovedSink> RemovedSinks,
    ChecksReport? Checks = null)
{
    public static StatusReport Of(StatusSource status)
    {
        var journal = status.Journal();
        return new(
            status.Version,
            status.Started,
            (status.Now - status.Started).TotalSeconds,
            Readiness.Of(status).Ready,
            new(status.Reloads.Applied, status.Reloads.Unchanged, status.Reloads.Refused, status.Reloads.At, status.Reloads.Refusal),
            new(journal.Bytes, journal.Capacity, journal.DurableSequence, journal.Recovery, journal.Damages, HealthReport.Of(status.JournalHealth)),
            status.Dedupe is { } dedupe ? new(dedupe().Keys, status.DedupeReach.TotalSeconds, HealthReport.Of(status.DedupeHealth)) : null,
            DeadLettersReport.Of(status),
            [.. status.Sources.Select(SourceReport.Of)],
            [.. status.Sinks.Select(s => SinkReport.Of(s, StatusSource.Lag(s, journal), status.OldestUndeliveredAge(s)))],
            journal.Removed,
            ChecksReport.Of(status));
    }
}

/// <summary>Reloads of the configuration since start, in <see cref="StatusReport"/>.</summary>
/// <param name="Applied">They changed something.</param>
/// <param name="Unchanged">They found everything as it was.</param>
/// <param name="Refused">They changed nothing because of an error.</param>
/// <param name="At">When the last one was.</param>
/// <param name="Refusal">Why the last one was refused; missing when it was not.</param>
internal sealed record ReloadsReport(long Applied, long Unchanged, long Refused, DateTimeOffset? At, string? Refusal);

/// <summary>The journal in <see cref="StatusReport"/>.</summary>
internal sealed record JournalReport(long Bytes, long Capacity, long DurableSequence, IReadOnlyList<string> Recovery, long Damages, HealthReport Health);

/// <summary>What dedupe remembers, in <see cref="StatusReport"/>; missing when it is off.</summary>
internal sealed record DedupeReport(long Keys, double ReachSeconds, HealthReport Health);
/// <summary>The dead letters in <see cref="StatusReport"/>; the counters of replays since start.</summary>
internal sealed record DeadLettersReport(
    long Count, long Bytes, long MaxCount, long MaxBytes, IReadOnlyList<ComponentLetters> Components, long Replayed, long RefusedAgain, string? Alarm, HealthReport Health)
{
    public static DeadLettersReport Of(StatusSource status)
    {
        var letters = status.DeadLetters();
        return new(
            letters.Count, letters.Bytes, letters.MaxCount, letters.MaxBytes, letters.Components, letters.Replayed, letters.RefusedAgain, letters.Alarm,
            HealthReport.Of(status.DeadLetterHealth));
    }
}

/// <summary>The checks in <see cref="StatusReport"/>; missing when there are none. Counters since start.</summary>
internal sealed record ChecksReport(
    int Pending, int Approved, int Unreported, int Unpublished, double OldestPendingAgeSeconds, IReadOnlyDictionary<string, long> Approvals, HealthReport Health, GitHubReport? GitHub)
{
    public static ChecksReport? Of(StatusSource status)
    {
        if (status.Checks?.Invoke() is not { } checks) return null;
        return new(
            checks.Totals.Pending,
            checks.Totals.Approved,
            checks.Totals.Unreported,
            checks.Totals.Unpublished,
            status.OldestPendingAge.TotalSeconds,
            checks.Approvals.ToDictionary(),
            HealthReport.Of(status.ChecksHealth),
            checks.GitHub is { } gitHub ? new(gitHub.Reported, gitHub.Retried, gitHub.Pauses, HealthReport.Of(gitHub.Health)) : null);
    }
}

/// <summary>What is between the program and GitHub, in <see cref="ChecksReport"/>; missing without checks.gitHub.</summary>
internal sealed record GitHubReport(long Reported, long Retried, long Pauses, HealthReport Health);

/// <summary>One source in <see cref="StatusReport"/>; counters since start.</summary>
internal sealed record SourceReport(
    string Name, long Received, long Rejected, long Deduplicated, long Durable, long Redactions, IReadOnlyDictionary<string, long> Normalized, HealthReport Health)
{
    public static SourceReport Of(SourceMetrics source) => new(
        source.Name,
        source.Received,
        source.Rejected,
        source.Deduplicated,
        source.Durable,
        source.Redactions,
        new SortedDictionary<string, long>(source.NormalizedByType, StringComparer.Ordinal),
        HealthReport.Of(source.Health));
}

/// <summary>One sink in <see cref="StatusReport"/>; counters since start.</summary>
internal sealed record SinkReport(
    string Name,
    long Delivered,
    long Retried,
    long Rejected,
    long Filtered,
    long Requests,
    long BytesSent,
    int InFlight,
    long Committed,
    long LagRecords,
    double OldestUndeliveredAgeSeconds,
    HealthReport Health)
{
    public static SinkReport Of(SinkMetrics sink, long lag, TimeSpan oldestUndeliveredAge) => new(
        sink.Name,
        sink.Delivered,
        sink.Retried,
        sink.Rejected,
        sink.Filtered,
        sink.Requests,
        sink.BytesSent,
        sink.InFlight,
        sink.Committed,
        lag,
        oldestUndeliveredAge.TotalSeconds,
        HealthReport.Of(sink.Health));
}

/// <summary>Whether a part does its work, since when, and if not, why.</summary>
internal sealed record HealthReport(bool Ok, string? Reason, DateTimeOffset Since)
{
    public static HealthReport Of(ComponentHealth health) => new(health.Current.Ok, health.Current.Reason, health.Current.Since);
}
