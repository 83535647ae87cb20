using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StepExport.Core.DeadLetters;
using StepExport.Core.Ingest;
using StepExport.Core.Journal;
using StepExport.Core.Normalization;
using StepExport.Core.Telemetry;
using StepExport.Sources.File;
using StepExport.Testing.Journal;

namespace StepExport.Testing.Ingest;

/// <summary>A real journal, real dead letters and real mappers for one source, in a folder of their own; the clock stands still.</summary>
internal sealed partial class IngressRig : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _records = [];
    private readonly long _journalSize;
    private JournalReader _reader;

    public IngressRig(long journalSize = 2_000_000_000)
    {
        _journalSize = journalSize;
        Metrics = new("source", Time);
        (Journal, DeadLetters, _reader) = Open();
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 7, 22, 12, 0, 0, TimeSpan.Zero));

    public SourceMetrics Metrics { get; }

    public SegmentJournal Journal { get; private set; }

    public DeadLetterStore DeadLetters { get; private set; }

    public string DeadLetterFile => _folder.File("deadletters.db");

    /// <summary>Where a test puts the files that its source reads.</summary>
    public string Inbox { get; private set; } = "";

    /// <summary>One detection; its number is found again in the record.</summary>
    public static string Detection(int number) => $$"""{"id":"Reverse-Shell","marker":"n-{{number}}","owner":"acme","repo":"acme/app"}""";

    /// <summary>One per line, each line ended.</summary>
    public static string Lines(int first, int count) => string.Concat(Enumerable.Range(first, count).Select(number => Detection(number) + "\n"));

    public Ingress Ingress(IngressSettings? settings = null, TimeProvider? time = null) =>
        new("source", new Normalizer(new NormalizationSettings()), Journal, DeadLetters, Metrics, time ?? Time, settings);

    public string Put(string name, string text)
    {
        var path = Path.Combine(Inbox, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public FileSource Source(string pattern, bool once = true, int maxEventSize = 1_000_000) => new(
        "source",
        new() { Type = "file", Path = Path.Combine(Inbox, pattern), MaxEventSize = new(maxEventSize) },
        new(Metrics, Journal.Checkpoint("source"), Inbox, once, Time, NullLoggerFactory.Instance));

    /// <summary>Runs the source to its end, as <c>--once</c> does.</summary>
    public async Task ReadOnceAsync(string pattern)
    {
        using var ingress = Ingress();
        await using var source = Source(pattern);
        await source.RunAsync(ingress, CancellationToken.None);
    }

    /// <summary>Numbers of the detections that are durable, in the order of the journal.</summary>
    public int[] Durable()
    {
        _records.AddRange(_reader.ReadAll().Select(record => record.Body));
        return [.. _records.Select(record => int.Parse(Number().Match(record).Groups[1].Value, null))];
    }

    /// <summary>The sink has delivered everything: segments are deleted.</summary>
    public void Deliver()
    {
        Durable();
        _reader.Commit(Journal.DurableSequence);
    }

    /// <summary>Lets the clock run until the condition holds, or fails when it hangs.</summary>
    public async Task AdvanceUntilAsync(Func<bool> condition)
    {
        using var tooLong = new CancellationTokenSource(Hangs.After);
        while (!condition())
        {
            tooLong.Token.ThrowIfCancellationRequested();
            Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }
    }

    /// <summary>What a restart of the program does to journal and dead letters.</summary>
    public async Task RestartAsync()
    {
        Durable();
        _reader.Dispose();
        await Journal.DisposeAsync();
        DeadLetters.Dispose();
        (Journal, DeadLetters, var reader) = Open();
        _reader = reader;
        // The cursor was never moved: everything comes again
        _records.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        _reader.Dispose();
        await Journal.DisposeAsync();
        DeadLetters.Dispose();
        _folder.Dispose();
    }

    private (SegmentJournal Journal, DeadLetterStore DeadLetters, JournalReader Reader) Open()
    {
        Inbox = Directory.CreateDirectory(_folder.File("in")).FullName;
        var settings = new JournalSettings { Directory = _folder.File("journal"), MaxSize = _journalSize };
        var journal = SegmentJournal.Open(settings, new FileJournalStorage(), Time, NullLoggerFactory.Instance);
        return (journal, DeadLetterStore.Open(DeadLetterFile, Time), journal.OpenReader("sink"));
    }

    [GeneratedRegex(@"\bn-(\d+)\b")]
    private static partial Regex Number();
}
