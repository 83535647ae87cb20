using StepExport.Configuration;
using StepExport.Core.Delivery;
using StepExport.Core.Ingest;
using StepExport.Core.Journal;
using StepExport.Core.Telemetry;

namespace StepExport.Running;

/// <summary>A source and its way in.</summary>
internal sealed record SourceLine(SourceSection Section, ISource Source, Ingress Ingress, SourceMetrics Metrics)
{
    public string Name => Section.Name;
}

/// <summary>A sink, its reader on the journal, and the runner that drives it.</summary>
internal sealed record SinkLine(SinkSection Section, ISink Sink, JournalReader Reader, SinkRunner Runner, SinkMetrics Metrics)
{
    public string Name => Section.Name;
}
