using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StepExport.Core.DeadLetters;
using StepExport.Core.Delivery;
using StepExport.Core.Journal;

namespace StepExport.Testing.Delivery;

/// <summary>A real journal and a real dead-letter store in a folder of their own, a clock that stands still until it is told,
/// and runners of the sinks that a test brings.</summary>
internal sealed class RunnerRig : IAsyncDisposable
{
    private static readonly TimeSpan TooLong = Hangs.After;
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, JournalReader> _readers = [];
    private int _appended;

    private readonly IJournalStorage _storage;

    private readonly long _journalSize;

    private RunnerRig(IJournalStorage storage, long journalSize)
    {
        (_storage, _journalSize) = (storage, journalSize);
        (Journal, DeadLetters) = Open();
    }

    /// <summary>Batches of ten, no time-out and no age that the clock could reach by accident while a batch is being read.</summary>
    public static SinkSettings Settings { get; } = new()
    {
        BatchMaxEvents = 10,
        BatchMaxAge = TimeSpan.FromDays(20),
        InFlight = 4,
        Timeout = TimeSpan.FromDays(20),
        RetryInitial = TimeSpan.FromMilliseconds(500),
        RetryMax = TimeSpan.FromSeconds(8),
    };

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 7, 22, 12, 0, 0, TimeSpan.Zero));

    public SegmentJournal Journal { get; private set; }

    public DeadLetterStore DeadLetters { get; private set; }

    public string DeadLetterFile => _folder.File("deadletters.db");

    /// <summary>A journal in which the sinks have a cursor and which holds this many records.</summary>
    public static Task<RunnerRig> StartAsync(int records, params string[] sinks) => StartAsync(new FileJournalStorage(), records, sinks);

    /// <summary>One sink, nothing in the journal, and so much room.</summary>
    public static RunnerRig StartSmall(long journalSize)
    {
        var rig = new RunnerRig(new FileJournalStorage(), journalSize);
        rig.Reader("sink");
        return rig;
    }

    /// <summary>The same with the journal on a disk that can fail.</summary>
    public static async Task<RunnerRig> StartAsync(IJournalStorage storage, int records, params string[] sinks)
    {
        var rig = new RunnerRig(storage, 2_000_000_000);
        foreach (var sink in sinks.Length == 0 ? ["sink"] : sinks) rig.Reader(sink);
        await rig.AppendAsync(records);
        return rig;
    }

    /// <summary>The sink's one reader; opened at the first call.</summary>
    public JournalReader Reader(string sink) =>
        _readers.TryGetValue(sink, out var reader) ? reader : _readers[sink] = Journal.OpenReader(sink);

    /// <summary>Appends records durably; <paramref name="shape"/> changes what a record looks like by its number, from 1.</summary>
    public async Task AppendAsync(int count, Func<SomeRecord, SomeRecord>? shape = null)
    {
        using var submission = new Submission();
        for (var i = 0; i < count; i++)
        {
            var record = new SomeRecord(++_appended);
            (shape?.Invoke(record) ?? record).AddTo(submission);
        }

        await Journal.AppendAsync(submission, CancellationToken.None);
    }

    public RunningSink Run(ISink sink, SinkSettings? settings = null, string name = "sink", double jitter = 0.5) =>
        new(this, name, sink, settings ?? Settings, new FixedRandom(jitter));

    /// <summary>What a restart of the program does: everything is closed and opened again.</summary>
    public async Task RestartAsync()
    {
        await CloseAsync();
        (Journal, DeadLetters) = Open();
    }

    /// <summary>Lets the clock run until the task is done, or fails the test after two minutes of real time.</summary>
    public async Task AdvanceUntilAsync(Task task, TimeSpan? step = null)
    {
        using var tooLong = new CancellationTokenSource(TooLong);
        for (var round = 1; !task.IsCompleted; round++)
        {
            Time.Advance(step ?? TimeSpan.FromMilliseconds(50));
            await LetOthersWorkAsync(round, tooLong.Token);
        }

        await task;
    }

    /// <summary>Waits, without moving the clock, for what other threads are about to do.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        using var tooLong = new CancellationTokenSource(TooLong);
        for (var round = 1; !condition(); round++) await LetOthersWorkAsync(round, tooLong.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _folder.Dispose();
    }

    /// <summary>Mostly a yield; now and then the processor is left to others, which a busy machine with two cores needs.</summary>
    private static async Task LetOthersWorkAsync(int round, CancellationToken tooLong)
    {
        tooLong.ThrowIfCancellationRequested();
        if (round % 64 == 0)
            await Task.Delay(1, tooLong);
        else
            await Task.Yield();
    }

    private async Task CloseAsync()
    {
        foreach (var reader in _readers.Values) reader.Dispose();
        _readers.Clear();
        await Journal.DisposeAsync();
        DeadLetters.Dispose();
    }

    private (SegmentJournal Journal, DeadLetterStore DeadLetters) Open()
    {
        var settings = new JournalSettings { Directory = _folder.File("journal"), MaxSize = _journalSize };
        return (SegmentJournal.Open(settings, _storage, Time, NullLoggerFactory.Instance), DeadLetterStore.Open(DeadLetterFile, Time));
    }
}
