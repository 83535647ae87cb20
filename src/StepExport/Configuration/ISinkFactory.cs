using StepExport.Core.Delivery;
using StepExport.Core.Telemetry;

namespace StepExport.Configuration;

/// <summary>Makes sinks of one kind: validates purely (no file system, no network), then creates.</summary>
internal interface ISinkFactory
{
    /// <summary>The <c>type</c> in the configuration, e.g. <c>splunk_hec</c>.</summary>
    string Type { get; }

    /// <summary>The record that the section is read into; a <see cref="SinkConfig"/>.</summary>
    Type ConfigType { get; }

    /// <summary>Reports every problem that the shape alone does not show. Paths are relative to the section, e.g. <c>endpoints[0]</c>.</summary>
    void Validate(SinkConfig config, ConfigProblems problems);

    ISink Create(string name, SinkConfig config, SinkContext context);
}

/// <summary>What the program hands to every sink.</summary>
/// <param name="Metrics">The sink's counters and gauges.</param>
/// <param name="WorkFolder">The sink's own folder below the data directory, for what may be lost; not created yet.</param>
/// <param name="Time">The clock.</param>
/// <param name="Loggers">For the program's own log.</param>
internal sealed record SinkContext(SinkMetrics Metrics, string WorkFolder, TimeProvider Time, ILoggerFactory Loggers);
