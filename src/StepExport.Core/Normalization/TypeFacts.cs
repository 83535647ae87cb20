using StepExport.Core.Model;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Normalization;

/// <summary>What is the same for every detection of one type.</summary>
internal sealed record TypeFacts
{
    /// <summary>As in the payload's <c>id</c>, e.g. <c>Reverse-Shell</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Other spellings of <see cref="Type"/> seen in the wild.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Group of types that look alike, <c>analytic.category</c>.</summary>
    public required string Family { get; init; }

    /// <summary>Beginning of <c>message</c> and <c>finding_info.desc</c>.</summary>
    public required string Title { get; init; }

    public required Severity Severity { get; init; }

    public required Confidence Confidence { get; init; }

    public required AnalyticKind Analytic { get; init; }

    public Attacks Attacks { get; init; } = Attacks.None;

    /// <summary><c>finding_info.types</c>.</summary>
    public required IReadOnlyList<string> Types { get; init; }

    public required string Remediation { get; init; }

    /// <summary>Harden-Runner stopped it: Denied and Blocked rather than Observed and Detected.</summary>
    public bool Blocked { get; init; }

    /// <summary>Name of the policy that was applied, if one was.</summary>
    public string? Policy { get; init; }

    /// <summary>Part of the product that raises the type.</summary>
    public string Feature { get; init; } = "Detections";
}
