namespace StepExport.Core.Model;

/// <summary>How a severity is written in fields, headers, names and tables.</summary>
internal static class SeverityNames
{
    /// <summary>The OCSF caption in lower-case ASCII.</summary>
    public static ReadOnlySpan<byte> Utf8(Severity severity) => severity switch
    {
        Severity.Informational => "informational"u8,
        Severity.Low => "low"u8,
        Severity.Medium => "medium"u8,
        Severity.High => "high"u8,
        Severity.Critical => "critical"u8,
        Severity.Fatal => "fatal"u8,
        _ => "unknown"u8,
    };
}
