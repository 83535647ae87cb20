using StepExport.Core.Model;

namespace StepExport.Core.Checks;

/// <summary>One finding of a run, as the rules and a reviewer want it.</summary>
internal sealed record CheckFinding
{
    /// <summary>Stays the same whatever state the finding is in: <c>finding_info.uid</c>, and what was called where that does not tell it.</summary>
    public required string Uid { get; init; }

    public required CheckKey Check { get; init; }

    /// <summary>Detection type, e.g. <c>New-Outbound-Network-Call</c>.</summary>
    public required string Type { get; init; }

    public required Severity Severity { get; init; }

    /// <summary>As StepSecurity has it; a suppressed or resolved one fails no check.</summary>
    public required FindingStatus Status { get; init; }

    /// <summary>What happened, in a sentence.</summary>
    public required string Title { get; init; }

    /// <summary>Path of the workflow; empty when unknown.</summary>
    public required string Workflow { get; init; }

    /// <summary>Name of the job; null when unknown.</summary>
    public string? Job { get; init; }

    /// <summary>Where the call went; null when it is not about a call.</summary>
    public CalledEndpoint? Endpoint { get; init; }

    /// <summary>Further ones: the finding is expected only when all of them are.</summary>
    public IReadOnlyList<CalledEndpoint> MoreEndpoints { get; init; } = [];

    /// <summary>Command line or name of the process; null when unknown.</summary>
    public string? Process { get; init; }

    /// <summary>Page of the detection at StepSecurity.</summary>
    public string? Url { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Position of its record in the journal, so that reading the journal again never brings back a former state; the default is always taken.</summary>
    public JournalPosition Position { get; init; }

    /// <summary>Whether it makes the check fail, by the rules.</summary>
    public bool Fails { get; init; }

    /// <summary>The record as it was journaled (OCSF 1.8.0), to write the update from when it is approved.</summary>
    public required ReadOnlyMemory<byte> Record { get; init; }
}

/// <summary>Where a record lies in the journal.</summary>
/// <param name="Sequence">Counted from 1; begins anew when the journal is deleted.</param>
/// <param name="AppendedAtMs">When the journal took it in, milliseconds since 1970-01-01 UTC; goes back when the clock does.</param>
internal readonly record struct JournalPosition(long Sequence, long AppendedAtMs);

/// <summary>The other end of a call.</summary>
/// <param name="Host">Name or address; never empty.</param>
/// <param name="Port">Null when unknown.</param>
internal readonly record struct CalledEndpoint(string Host, int? Port)
{
    /// <summary>E.g. <c>example.com:443</c>, <c>[::1]:443</c>.</summary>
    public override string ToString() => Port is not { } port ? Host
        : Host.Contains(':', StringComparison.Ordinal) ? FormattableString.Invariant($"[{Host}]:{port}") : FormattableString.Invariant($"{Host}:{port}");
}
