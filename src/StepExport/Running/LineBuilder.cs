using StepExport.Configuration;
using StepExport.Core.DeadLetters;
using StepExport.Core.Delivery;
using StepExport.Core.Ingest;
using StepExport.Core.Journal;
using StepExport.Core.Normalization;
using StepExport.Core.Telemetry;

namespace StepExport.Running;

/// <summary>Makes a source or a sink with everything that belongs to it, at the start and at a reload.</summary>
/// <param name="config">For the folders.</param>
/// <param name="once">Whether the program ends when bounded sources are read.</param>
/// <param name="normalizer">Of all sources.</param>
/// <param name="journal">Of all.</param>
/// <param name="deadLetters">Of all.</param>
/// <param name="time">The clock.</param>
/// <param name="loggers">The program's own log.</param>
internal sealed class LineBuilder(
    ExportConfig config, bool once, Normalizer normalizer, SegmentJournal journal, DeadLetterStore deadLetters, TimeProvider time, ILoggerFactory loggers)
{
    /// <param name="section">What is to be made.</param>
    /// <param name="before">Counts on, when the sink had been there; its health and gauges begin anew.</param>
    /// <exception cref="IOException">A file of the section cannot be read, or the disk failed.</exception>
    public SinkLine Sink(SinkSection section, SinkMetrics? before = null)
    {
        var (name, settings, factory) = section;
        var metrics = before ?? new SinkMetrics(name, time);
        metrics.Gauges = [];
        metrics.Health.Healthy();
        var sink = factory.Create(name, settings, new(metrics, config.WorkFolder(name), time, loggers));
        var reader = journal.OpenReader(name, settings.From);
        var runner = new SinkRunner(
            name, sink, reader, deadLetters, settings.ToSettings(), metrics, time, Random.Shared, loggers.CreateLogger<SinkRunner>());
        return new(section, sink, reader, runner, metrics);
    }

    /// <param name="section">What is to be made.</param>
    /// <param name="before">Counts on, when the source had been there; its health and gauges begin anew.</param>
    /// <exception cref="IOException">A file of the section cannot be read.</exception>
    public SourceLine Source(SourceSection section, SourceMetrics? before = null)
    {
        var (name, settings, factory) = section;
        var metrics = before ?? new SourceMetrics(name, time);
        metrics.Gauges = [];
        metrics.Health.Healthy();
        var source = factory.Create(name, settings, new(metrics, journal.Checkpoint(name), config.SourceFolder(name), once, time, loggers));
        var ingress = new Ingress(name, normalizer, journal, deadLetters, metrics, time, new() { MaxEventSize = (int)settings.MaxEventSize.Bytes });
        return new(section, source, ingress, metrics);
    }

    /// <summary>Makes a sink and throws it away: what keeps it from being made shows before anything is stopped.</summary>
    /// <exception cref="IOException">A file of the section cannot be read.</exception>
    public async Task TryAsync(SinkSection section) =>
        await section.Factory.Create(section.Name, section.Config, new(new(section.Name, time), config.WorkFolder(section.Name), time, loggers)).DisposeAsync();

    /// <summary>The same for a source.</summary>
    /// <exception cref="IOException">A file of the section cannot be read.</exception>
    public async Task TryAsync(SourceSection section) =>
        await section.Factory.Create(
            section.Name, section.Config, new(new(section.Name, time), journal.Checkpoint(section.Name), config.SourceFolder(section.Name), once, time, loggers))
            .DisposeAsync();
}
