using System.Reflection;
using StepExport.Configuration;
using StepExport.Core.DeadLetters;
using StepExport.Core.Dedupe;
using StepExport.Core.Delivery;
using StepExport.Core.Ingest;
using StepExport.Core.Journal;
using StepExport.Core.Normalization;
using StepExport.Core.Telemetry;
using StepExport.Sinks.Console;
using StepExport.Sinks.File;
using StepExport.Sinks.Kafka;
using StepExport.Sinks.S3;
using StepExport.Sinks.SplunkHec;
using StepExport.Sources.File;
using StepExport.Sources.Kafka;
using StepExport.Sources.S3;
using StepExport.Sources.Stdin;
using StepExport.Sources.StepSecurity;
using StepExport.Sources.Webhook;

namespace StepExport;

/// <summary>The object graph by hand, in the order in which the data flows backwards: what is written to comes first.</summary>
internal static class Composition
{
    /// <summary>Every kind of source and sink there is. A new one is one line here.</summary>
    public static ComponentFactories Factories { get; } = new(
        Sources:
        [
            new FileSourceFactory(),
            new S3SourceFactory(),
            new StdinSourceFactory(),
            new WebhookSourceFactory(),
            new StepSecuritySourceFactory(),
            new KafkaSourceFactory(),
        ],
        Sinks:
        [
            new HecSinkFactory(),
            new KafkaSinkFactory(),
            new S3SinkFactory(),
            new FileSinkFactory(),
            new ConsoleSinkFactory(),
        ]);

    /// <summary>Version of the program, e.g. <c>0.1.0</c>.</summary>
    public static string Version { get; } =
        typeof(Composition).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <exception cref="IOException">The data directory is in use by another process, or cannot be written.</exception>
    public static ExportGraph Build(ExportConfig config, bool once, TimeProvider time, ILoggerFactory loggers)
    {
        var directoryLock = DataDirectoryLock.Acquire(config.DataDir);
        var deadLetters = DeadLetterStore.Open(Path.Combine(config.DataDir, "deadletters.db"), time);
        var dedupe = config.ToDedupeSettings() is { } memory ? Deduplicator.Open(memory, time, loggers) : null;
        var journal = SegmentJournal.Open(config.ToJournalSettings(), new FileJournalStorage(), time, loggers, dedupe);

        // Every sink's reader before the first source: a cursor that is not registered holds no segment.
        SinkLine[] sinks = [.. config.Sinks.Select(section => BuildSink(section, config, journal, deadLetters, time, loggers))];

        var normalizer = new Normalizer(config.Normalization.ToSettings());
        SourceLine[] sources = [.. config.Sources.Select(section => BuildSource(section, config, once, normalizer, journal, deadLetters, time, loggers))];

        return new()
        {
            Lock = directoryLock,
            Journal = journal,
            DeadLetters = deadLetters,
            Sources = sources,
            Sinks = sinks,
            Status = new StatusSource(time)
            {
                Version = Version,
                Sources = [.. sources.Select(s => s.Metrics)],
                Sinks = [.. sinks.Select(s => s.Metrics)],
                Journal = () => StatusOf(journal),
                Dedupe = dedupe is null ? null : () => dedupe.Status,
                DeadLetters = () => deadLetters.Count,
            },
        };
    }

    private static JournalStatus StatusOf(SegmentJournal journal) => new(
        journal.Bytes,
        journal.Capacity,
        journal.DurableSequence,
        journal.Recovery,
        journal.Trouble ?? (journal.IsFull ? "full: intake waits until the slowest sink has delivered" : null),
        journal.Damages);

    private static SinkLine BuildSink(
        SinkSection section, ExportConfig all, SegmentJournal journal, DeadLetterStore deadLetters, TimeProvider time, ILoggerFactory loggers)
    {
        var (name, config, factory) = section;
        var metrics = new SinkMetrics(name, time);
        var sink = factory.Create(name, config, new(metrics, all.WorkFolder(name), time, loggers));
        var reader = journal.OpenReader(name);
        var runner = new SinkRunner(
            name, sink, reader, deadLetters, config.ToSettings(), metrics, time, Random.Shared, loggers.CreateLogger<SinkRunner>());
        return new(name, sink, reader, runner, metrics);
    }

    private static SourceLine BuildSource(
        SourceSection section, ExportConfig all, bool once, Normalizer normalizer, SegmentJournal journal, DeadLetterStore deadLetters,
        TimeProvider time, ILoggerFactory loggers)
    {
        var (name, config, factory) = section;
        var metrics = new SourceMetrics(name, time);
        var source = factory.Create(name, config, new(metrics, journal.Checkpoint(name), all.SourceFolder(name), once, time, loggers));
        var settings = new IngressSettings { MaxEventSize = (int)config.MaxEventSize.Bytes };
        var ingress = new Ingress(name, normalizer, journal, deadLetters, metrics, time, settings);
        return new(name, source, ingress, metrics);
    }
}
