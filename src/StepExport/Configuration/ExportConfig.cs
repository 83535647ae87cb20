using System.Text.Json.Serialization;
using StepExport.Core.Dedupe;
using StepExport.Core.Journal;

namespace StepExport.Configuration;

/// <summary>Everything that StepExport is told: where detections come from, where findings go, where data lies.</summary>
/// <remarks>What <see cref="ConfigLoader"/> returns is complete and checked, with the defaults filled in.</remarks>
internal sealed record ExportConfig
{
    /// <summary>Folder of everything that must survive a restart: journal, cursors, checkpoints, dead letters.
    /// A relative path starts at the current directory.</summary>
    public string DataDir { get; init; } = "./data";

    /// <summary>The durable store between sources and sinks.</summary>
    public JournalConfig Journal { get; init; } = new();

    /// <summary>What was taken before is recognised when it comes again, and exported once.</summary>
    public DedupeConfig Dedupe { get; init; } = new();

    /// <summary>What could not be exported, kept until a person deals with it.</summary>
    public DeadLettersConfig DeadLetters { get; init; } = new();

    /// <summary>Health and metrics over HTTP.</summary>
    public AdminConfig Admin { get; init; } = new();

    /// <summary>What happens at SIGTERM and SIGINT.</summary>
    public ShutdownConfig Shutdown { get; init; } = new();

    /// <summary>How detections become OCSF findings.</summary>
    public NormalizationConfig Normalization { get; init; } = new();

    /// <summary>The program's own log on standard error.</summary>
    public LogConfig Log { get; init; } = new();

    /// <summary>A check for each workflow run, with rules, review, approval and GitHub check runs; nothing of it when left out.</summary>
    public ChecksConfig? Checks { get; init; }

    /// <summary>Metrics and traces for a collector of OpenTelemetry.</summary>
    public TelemetryConfig Telemetry { get; init; } = new();

    /// <summary>Dangers that are meant: the paths of settings that <c>check</c> warns about, e.g. <c>admin.listen</c> or
    /// <c>sinks.lab.tls.verify</c>. They are not warned about any more.</summary>
    public IReadOnlyList<string> Accept { get; init; } = [];

    /// <summary>Where detections come from, by name; at least one. The name is the checkpoint's: keep it stable.</summary>
    [JsonIgnore]
    public IReadOnlyList<SourceSection> Sources { get; init; } = [];

    /// <summary>Where records go, by name; at least one. The name is the cursor's: keep it stable.</summary>
    [JsonIgnore]
    public IReadOnlyList<SinkSection> Sinks { get; init; } = [];

    /// <summary>Fingerprints of every other value, by its path.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, string> Fingerprints { get; init; } = new Dictionary<string, string>();

    /// <summary>The journal lies in the folder <c>journal</c> under <see cref="DataDir"/>.</summary>
    public JournalSettings ToJournalSettings() => new()
    {
        Directory = JournalIn(DataDir),
        MaxSize = Journal.MaxSize,
        SegmentSize = Journal.SegmentSize,
        HoldRemoved = Journal.HoldRemoved.Value,
    };

    /// <summary>What is remembered lies in the file <c>dedupe.db</c> under <see cref="DataDir"/>. Null when dedupe is off.</summary>
    public DedupeSettings? ToDedupeSettings() => Dedupe.Window.Value == TimeSpan.Zero ? null : new()
    {
        Path = Path.Combine(DataDir, "dedupe.db"),
        Window = Dedupe.Window,
        MaxEntries = Dedupe.MaxEntries,
    };

    /// <summary>The dead letters lie in the file <c>deadletters.db</c> under <see cref="DataDir"/>.</summary>
    [JsonIgnore]
    public string DeadLetterFile => DeadLettersIn(DataDir);

    /// <summary>The checks lie in the file <c>checks.db</c> under <see cref="DataDir"/>.</summary>
    [JsonIgnore]
    public string ChecksFile => Path.Combine(DataDir, "checks.db");

    /// <summary>The keys that sign and encrypt the cookies of the page of checks.</summary>
    [JsonIgnore]
    public string CheckKeysFolder => Path.Combine(DataDir, "checks-keys");

    public static string DeadLettersIn(string dataDir) => Path.Combine(dataDir, "deadletters.db");

    public static string JournalIn(string dataDir) => Path.Combine(dataDir, "journal");

    /// <summary>A sink's own folder, for what may be lost.</summary>
    public string WorkFolder(string sink) => Path.Combine(DataDir, "work", sink);

    /// <summary>A source's own folder, for what may be lost.</summary>
    public string SourceFolder(string source) => Path.Combine(DataDir, "sources", source);
}

/// <summary>One entry of <c>sources</c>, with the factory that its <c>type</c> has picked.</summary>
internal sealed record SourceSection(string Name, SourceConfig Config, ISourceFactory Factory) : ISection
{
    public string Fingerprint { get; init; } = "";
}

/// <summary>One entry of <c>sinks</c>, with the factory that its <c>type</c> has picked.</summary>
internal sealed record SinkSection(string Name, SinkConfig Config, ISinkFactory Factory) : ISection
{
    public string Fingerprint { get; init; } = "";
}

/// <summary>An entry of <c>sources</c> or <c>sinks</c>.</summary>
internal interface ISection
{
    string Name { get; }

    /// <summary>Differs when anything differs that the section says or points at (<see cref="Configuration.Fingerprint"/>).</summary>
    string Fingerprint { get; }
}

/// <summary>The journal.</summary>
internal sealed record JournalConfig
{
    /// <summary>Bytes on disk at which intake has to wait for the slowest sink (back-pressure, never a drop); 64KB to 16TB.</summary>
    [SizeRange("64KB", "16TB")]
    public ByteSize MaxSize { get; init; } = new(2_000_000_000);

    /// <summary>Bytes per file of the journal, 16KB to 1GB, and never more than a quarter of maxSize: room comes back a file at a time.</summary>
    [SizeRange("16KB", "1GB")]
    public ByteSize SegmentSize { get; init; } = new(64_000_000);

    /// <summary>A sink that is taken out of the configuration keeps what was not delivered to it for so long: put back in time, it goes
    /// on where it was. 0s (let go at once) to 30d; what nobody else needs is let go earlier when the journal is more than 80% full.</summary>
    [DurationRange("0s", "30d")]
    public Duration HoldRemoved { get; init; } = new(TimeSpan.FromHours(1));
}

/// <summary>The dead letters. At whichever bound is reached first, the sink or source that has another one waits (back-pressure, never a
/// drop), and /readyz says so; from 80 percent on there is an alarm.</summary>
internal sealed record DeadLettersConfig
{
    /// <summary>Bytes of dead letters, 1MB to 1TB.</summary>
    [SizeRange("1MB", "1TB")]
    public ByteSize MaxSize { get; init; } = new(1_000_000_000);

    /// <summary>Number of dead letters, 1 to 100000000.</summary>
    [NumberRange(1, 100_000_000)]
    public int MaxCount { get; init; } = 1_000_000;
}

/// <summary>The admin listener: /livez, /readyz, /metrics, /api/status and /api/tap.</summary>
internal sealed record AdminConfig
{
    /// <summary>Address and port, like 127.0.0.1:8970 or [::]:8970; port 0 takes a free one; off does not listen.
    /// An address that other machines can reach needs a token.</summary>
    public string Listen { get; init; } = "127.0.0.1:8970";

    /// <summary>Bearer token for everything but /livez and /readyz, which stay open.</summary>
    [Guessable]
    public Secret? Token { get; init; }
}

/// <summary>Stopping.</summary>
internal sealed record ShutdownConfig
{
    /// <summary>How long sinks may go on delivering after the sources have stopped, 0s to 1h; what is left is delivered after the next start.</summary>
    [DurationRange("0s", "1h")]
    public Duration DrainTimeout { get; init; } = new(TimeSpan.FromSeconds(25));
}
