using StepExport.Configuration;

namespace StepExport.Sinks.SplunkHec;

/// <summary>A further token. What it leaves out is as for the sink.</summary>
internal sealed record HecTokenConfig
{
    /// <summary>HEC token. It is read again when Splunk refuses it.</summary>
    public required Secret Token { get; init; }

    /// <summary>Which records go out with this token.</summary>
    public required WhereConfig Where { get; init; }

    /// <summary>Index to write to; the sink's when left out.</summary>
    public string? Index { get; init; }

    /// <summary>Value of host; the sink's when left out.</summary>
    public string? Host { get; init; }

    /// <summary>Value of source; the sink's when left out.</summary>
    public string? Source { get; init; }

    /// <summary>Value of sourcetype; the sink's when left out.</summary>
    public string? Sourcetype { get; init; }
}
