using StepExport.Core.Model;

namespace StepExport.Core.Normalization;

/// <summary>What an operator may change in the mapping.</summary>
internal sealed record NormalizationSettings
{
    /// <summary>Severity by detection type, instead of the mapping's default.</summary>
    public IReadOnlyDictionary<string, Severity> Severity { get; init; } = new Dictionary<string, Severity>();

    /// <summary>Adds the original text of the detection as <c>raw_data</c> (after redaction); doubles the volume.</summary>
    public bool IncludeRaw { get; init; }

    /// <summary>Scrubs credentials from process arguments and URLs.</summary>
    public bool Redact { get; init; } = true;

    /// <summary>Further regular expressions (RE2-like, non-backtracking) whose matches are scrubbed.</summary>
    public IReadOnlyList<string> RedactPatterns { get; init; } = [];
}
