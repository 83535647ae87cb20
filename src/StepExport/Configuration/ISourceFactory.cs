using StepExport.Core.Ingest;
using StepExport.Core.Telemetry;

namespace StepExport.Configuration;

/// <summary>Makes sources of one kind: validates purely (no file system, no network), then creates.</summary>
internal interface ISourceFactory
{
    /// <summary>The <c>type</c> in the configuration, e.g. <c>file</c>.</summary>
    string Type { get; }

    /// <summary>The record that the section is read into; a <see cref="SourceConfig"/>.</summary>
    Type ConfigType { get; }

    /// <summary>Reports every problem that the shape alone does not show. Paths are relative to the section.</summary>
    void Validate(SourceConfig config, ConfigProblems problems);

    ISource Create(string name, SourceConfig config, SourceContext context);
}

/// <summary>What the program hands to every source.</summary>
/// <param name="Metrics">The source's counters and health.</param>
/// <param name="Checkpoint">Position as of the last durable submission; null on the first run.</param>
/// <param name="Folder">A folder of the source's own for what may be lost; the source creates it when it needs it.</param>
/// <param name="Once">True for <c>run --once</c>: read what is there, then end.</param>
/// <param name="Time">The clock.</param>
/// <param name="Loggers">For the program's own log.</param>
internal sealed record SourceContext(
    SourceMetrics Metrics, byte[]? Checkpoint, string Folder, bool Once, TimeProvider Time, ILoggerFactory Loggers);
