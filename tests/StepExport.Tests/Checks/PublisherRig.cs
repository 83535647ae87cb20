using StepExport.Core.Checks;
using StepExport.Core.Checks.Records;
using StepExport.Core.Dedupe;
using StepExport.Core.Journal;
using StepExport.Testing;
using StepExport.Testing.Checks;
using StepExport.Testing.Dedupe;
using StepExport.Testing.Journal;
using StepExport.Tests.Checks.Records;

namespace StepExport.Tests.Checks;

/// <summary>A publisher between a real store of checks and a real journal that knows what it has taken; the disk may fail.</summary>
internal sealed class PublisherRig : IAsyncDisposable
{
    private readonly MemorySeenStore _seen = new();
    private readonly FaultyStorage _storage = new();

    public PublisherRig() => Journal = OpenJournal();

    public CheckRig Checks { get; } = new();

    public LogLines Logs { get; } = new();

    public SegmentJournal Journal { get; }

    public CheckPublisher Publisher => _publisher ??= new(Checks.Store, Journal, new CheckRecords(), Checks.Time, new Microsoft.Extensions.Logging.Logger<CheckPublisher>(Logs));

    private CheckPublisher? _publisher;

    /// <summary>A failing check with so many real findings.</summary>
    public void Fail(int findings, int run = 1) => Checks.Store.Apply(
        [.. Enumerable.Range(1, findings).Select(n => SomeFinding.Failing(n, run) with { Record = SomeRecords.Finding("New-Outbound-Network-Call/case").Record })]);

    public void Approve(int run = 1) =>
        Assert.Equal(ApproveOutcome.Approved, Checks.Store.Approve(SomeFinding.Run(run), Checks.Check(run).Revision, "alice", ApprovalVia.Page, "known mirror"));

    /// <summary>The next operations on the disk fail so; null = none does any more.</summary>
    public void FailDisk(Func<int, StorageOperation, string, StorageFault>? fault) => _storage.Inject = fault ?? ((_, _, _) => StorageFault.None);

    /// <summary>Publishes, and crashes before the store knows: the file is as it was before.</summary>
    public async Task<int> PublishAndCrashAsync()
    {
        Checks.Close();
        File.Copy(Checks.Settings.Path, Checks.Settings.Path + ".before");
        Restart();
        var published = await Publisher.PublishAsync(TestContext.Current.CancellationToken);
        Checks.Close();
        File.Move(Checks.Settings.Path + ".before", Checks.Settings.Path, overwrite: true);
        Restart();
        return published;
    }

    public void Restart()
    {
        Checks.Restart();
        _publisher = null;
    }

    /// <summary>Type and uid of all records in the journal, in order.</summary>
    public List<(string Type, string Uid, string Body)> Durable()
    {
        using var reader = Journal.OpenReader($"reader-{Guid.NewGuid():n}");
        var all = new List<(string, string, string)>();
        while (reader.TryRead(out var record)) all.Add((System.Text.Encoding.UTF8.GetString(record.Type), Convert.ToHexStringLower(record.Uid), record.Text()));
        return all;
    }

    public async ValueTask DisposeAsync()
    {
        await Journal.DisposeAsync();
        Checks.Dispose();
    }

    private SegmentJournal OpenJournal() => SegmentJournal.Open(
        new() { Directory = "journal", MaxSize = 200_000_000 }, _storage, Checks.Time, Logs, new Deduplicator(new() { Path = "unused" }, _seen, Checks.Time, Logs));
}
