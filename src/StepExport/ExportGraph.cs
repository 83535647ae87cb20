using StepExport.Core.DeadLetters;
using StepExport.Core.Delivery;
using StepExport.Core.Ingest;
using StepExport.Core.Journal;
using StepExport.Core.Telemetry;

namespace StepExport;

/// <summary>Every object of one running export. Disposing closes them against the flow of the data.</summary>
internal sealed class ExportGraph : IAsyncDisposable
{
    public required DataDirectoryLock Lock { get; init; }

    public required SegmentJournal Journal { get; init; }

    public required DeadLetterStore DeadLetters { get; init; }

    public required IReadOnlyList<SourceLine> Sources { get; init; }

    public required IReadOnlyList<SinkLine> Sinks { get; init; }

    public required StatusSource Status { get; init; }

    public async ValueTask DisposeAsync()
    {
        foreach (var source in Sources)
        {
            await source.Source.DisposeAsync();
            source.Ingress.Dispose();
        }

        await Journal.DisposeAsync();
        foreach (var sink in Sinks)
        {
            sink.Reader.Dispose();
            await sink.Sink.DisposeAsync();
        }

        DeadLetters.Dispose();
        Lock.Dispose();
    }
}

/// <summary>A source and its way in.</summary>
internal sealed record SourceLine(string Name, ISource Source, Ingress Ingress, SourceMetrics Metrics);

/// <summary>A sink, its reader on the journal, and the runner that drives it.</summary>
internal sealed record SinkLine(string Name, ISink Sink, JournalReader Reader, SinkRunner Runner, SinkMetrics Metrics);
