using System.Reflection;
using StepExport.Checks;
using StepExport.Configuration;
using StepExport.Core.DeadLetters;
using StepExport.Core.Dedupe;
using StepExport.Core.Journal;
using StepExport.Core.Normalization;
using StepExport.Core.Replay;
using StepExport.Core.Telemetry;
using StepExport.Running;
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
        var deadLetters = DeadLetterStore.Open(
            config.DeadLetterFile, time, new(config.DeadLetters.MaxCount, config.DeadLetters.MaxSize.Bytes), loggers.CreateLogger<DeadLetterStore>());
        var dedupe = config.ToDedupeSettings() is { } memory ? Deduplicator.Open(memory, time, loggers) : null;
        var journal = SegmentJournal.Open(config.ToJournalSettings(), new FileJournalStorage(), time, loggers, dedupe);

        var checks = ChecksComposition.Build(config, journal, time, loggers);

        var status = new StatusSource(time)
        {
            Version = Version,
            Journal = () => StatusOf(journal),
            Dedupe = dedupe is null ? null : () => dedupe.Status,
            DeadLetters = () => StatusOf(deadLetters),
            Checks = checks is null ? null : () => checks.Look.Status,
        };
        var normalizer = new Normalizer(config.Normalization.ToSettings());
        var lineup = new Lineup(
            new(config, once, normalizer, journal, deadLetters, time, loggers), journal, status, time, loggers.CreateLogger<Lineup>());
        lineup.Build(config, checks is null ? [] : [checks.Sink]);
        return new()
        {
            Lock = directoryLock,
            Journal = journal,
            DeadLetters = deadLetters,
            Lineup = lineup,
            Checks = checks,
            Replay = new(normalizer, journal, deadLetters, time, loggers.CreateLogger<IntakeReplay>()),
            Status = status,
        };
    }

    private static JournalStatus StatusOf(SegmentJournal journal) => new(
        journal.Bytes,
        journal.Capacity,
        journal.DurableSequence,
        journal.Recovery,
        journal.Trouble ?? (journal.IsFull ? "full: intake waits until the slowest sink has delivered" : null),
        journal.Damages)
    {
        Removed = journal.Removed,
    };

    private static DeadLetterStatus StatusOf(DeadLetterStore letters) => new(
        letters.Totals.Count,
        letters.Totals.Bytes,
        letters.Limits.MaxCount,
        letters.Limits.MaxBytes,
        [.. letters.Components.Select(c => new ComponentLetters(c.AtIntake ? "source" : "sink", c.Component, c.Totals.Count, c.Totals.Bytes))])
    {
        Alarm = letters.Alarm,
        Trouble = letters.Trouble,
        Replayed = letters.Replayed,
        RefusedAgain = letters.RefusedAgain,
    };
}
