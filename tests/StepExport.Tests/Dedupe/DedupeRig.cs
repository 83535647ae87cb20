using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StepExport.Core.Dedupe;
using StepExport.Core.Journal;
using StepExport.Testing;
using StepExport.Testing.Journal;

namespace StepExport.Tests.Dedupe;

/// <summary>A journal on a simulated disk with dedupe and its real store, one reader, and a clock that stands still.</summary>
internal sealed class DedupeRig : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly long _segmentSize;

    private readonly ISeenStore? _store;

    /// <param name="window">Of dedupe.</param>
    /// <param name="maxEntries">Of dedupe.</param>
    /// <param name="segmentSize">A quarter of what the journal may hold.</param>
    /// <param name="store">Instead of the real one.</param>
    public DedupeRig(TimeSpan? window = null, int maxEntries = 1_000_000, long segmentSize = 1_000_000, ISeenStore? store = null)
    {
        _segmentSize = segmentSize;
        _store = store;
        Settings = new() { Path = _folder.File("dedupe.db"), Window = window ?? TimeSpan.FromDays(14), MaxEntries = maxEntries };
        (Dedupe, Journal, Reader) = Open();
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 7, 22, 12, 0, 0, TimeSpan.Zero));

    public DedupeSettings Settings { get; set; }

    public FaultyStorage Disk { get; private set; } = new();

    public Deduplicator Dedupe { get; private set; }

    public SegmentJournal Journal { get; private set; }

    public JournalReader Reader { get; private set; }

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Appends records with these bodies; returns how many had been taken before.</summary>
    public Task<int> AppendAsync(params string[] bodies) => Journal.AppendAsync(Submissions.Of(bodies), Cancel).AsTask();

    /// <summary>Bodies of everything that was written since the last call, with the sequences checked.</summary>
    public string[] Written() => [.. Reader.ReadAll().Select(record => record.Body)];

    /// <summary>Lets the clock run until the store holds what is durable.</summary>
    public Task StoredAsync() => Until(() => Dedupe.Applied == Journal.DurableSequence);

    /// <summary>Lets the clock run until the condition holds, or fails when it hangs.</summary>
    public async Task Until(Func<bool> condition)
    {
        using var tooLong = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        tooLong.CancelAfter(Hangs.After);
        while (!condition())
        {
            tooLong.Token.ThrowIfCancellationRequested();
            // Little, for it may turn often while the real disk works, and what is tested lasts hours.
            Time.Advance(TimeSpan.FromMilliseconds(1));
            await Task.Yield();
        }
    }

    /// <summary>Stops and starts again; what happens to the files in between is the caller's.</summary>
    public async Task RestartAsync(Action? meanwhile = null)
    {
        await CloseAsync();
        meanwhile?.Invoke();
        (Dedupe, Journal, Reader) = Open();
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _folder.Dispose();
    }

    private async Task CloseAsync()
    {
        Reader.Dispose();
        await Journal.DisposeAsync();
    }

    private (Deduplicator Dedupe, SegmentJournal Journal, JournalReader Reader) Open()
    {
        var dedupe = _store is null
            ? Deduplicator.Open(Settings, Time, NullLoggerFactory.Instance)
            : new(Settings, _store, Time, NullLogger.Instance);
        var settings = new JournalSettings { Directory = "/journal", SegmentSize = _segmentSize, MaxSize = 4 * _segmentSize };
        var journal = SegmentJournal.Open(settings, Disk, Time, NullLoggerFactory.Instance, dedupe);
        return (dedupe, journal, journal.OpenReader("sink"));
    }
}
