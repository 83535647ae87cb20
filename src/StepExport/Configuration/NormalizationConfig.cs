using StepExport.Core.Model;
using StepExport.Core.Normalization;

namespace StepExport.Configuration;

/// <summary>How detections become OCSF findings.</summary>
internal sealed record NormalizationConfig
{
    /// <summary>Severity by detection type, instead of the mapping's default: informational, low, medium, high, critical or fatal.</summary>
    [SeverityName]
    public IReadOnlyDictionary<string, string> Severity { get; init; } = new Dictionary<string, string>();

    /// <summary>Adds the original text of each detection, after redaction, as raw_data; doubles the volume.</summary>
    public bool IncludeRaw { get; init; }

    /// <summary>Scrubbing of credentials.</summary>
    public RedactConfig Redact { get; init; } = new();

    public NormalizationSettings ToSettings() => new()
    {
        Severity = Severity.ToDictionary(s => s.Key, s => Enum.Parse<Severity>(s.Value, ignoreCase: true), StringComparer.Ordinal),
        IncludeRaw = IncludeRaw,
        Redact = Redact.Enabled,
        RedactPatterns = Redact.Patterns,
    };
}

/// <summary>Scrubbing of credentials from process arguments and URLs before anything is stored or sent.</summary>
internal sealed record RedactConfig
{
    /// <summary>false sends process arguments and URLs as they are: warned about.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Further regular expressions (non-backtracking: no look-around, no back-references) whose matches are scrubbed too.</summary>
    public IReadOnlyList<string> Patterns { get; init; } = [];
}
