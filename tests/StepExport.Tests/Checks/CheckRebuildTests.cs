using StepExport.Checks;
using StepExport.Core.Checks;
using StepExport.Core.Delivery;
using StepExport.Core.Journal;
using StepExport.Core.Model;
using StepExport.Core.Telemetry;
using StepExport.Testing;
using StepExport.Testing.Checks;
using StepExport.Testing.Journal;
using StepExport.Tests.Journal;

namespace StepExport.Tests.Checks;

/// <summary>A store that is lost comes again from the journal.</summary>
public sealed class CheckRebuildTests
{
    private const string Sink = "checks";

    [Fact]
    public async Task Deleting_the_file_brings_back_what_the_journal_still_holds()
    {
        using var rig = new CheckRig();
        await using var journal = await WithDetectionsAsync();
        Begin(journal, rig.Store);
        await TakeAsync(journal, rig.Store);
        var before = rig.Store.List(new() { Size = 500 });
        Assert.Equal(30, before.Total);
        Delete(rig);

        Begin(journal, rig.Store);
        await TakeAsync(journal, rig.Store);

        Assert.Equal(before.Checks, rig.Store.List(new() { Size = 500 }).Checks);
    }

    [Fact]
    public async Task Nothing_is_read_twice_when_the_file_is_there()
    {
        using var rig = new CheckRig();
        await using var journal = await WithDetectionsAsync();
        Begin(journal, rig.Store);
        Assert.Equal(30, await TakeAsync(journal, rig.Store));
        rig.Restart();
        Begin(journal, rig.Store);

        Assert.Equal(0, await TakeAsync(journal, rig.Store));
    }

    [Fact]
    public async Task A_crash_before_the_cursor_is_forgotten_is_made_up_for_at_the_next_start()
    {
        using var rig = new CheckRig();
        await using var journal = await WithDetectionsAsync();
        Begin(journal, rig.Store);
        await TakeAsync(journal, rig.Store);
        Delete(rig);
        rig.Restart();

        Begin(journal, rig.Store);
        Assert.Equal(30, await TakeAsync(journal, rig.Store));
    }

    /// <summary>What the program does at its start.</summary>
    private static void Begin(SegmentJournal journal, CheckStore store)
    {
        if (!store.IsNew) return;
        journal.ForgetCursor(Sink);
        store.Begun();
    }

    /// <returns>The records that were read.</returns>
    private static async Task<int> TakeAsync(SegmentJournal journal, CheckStore store)
    {
        var records = new List<ExportRecord>();
        using var reader = journal.OpenReader(Sink);
        while (reader.TryRead(out var record)) records.Add(new(record.Sequence, record.AppendedAtMs, record.Encoded.ToArray()));
        await using var sink = new CheckSink(store, new SinkMetrics(Sink, TimeProvider.System));
        Assert.Same(SendResult.Delivered, await sink.SendAsync(new(records.ToArray()), TestContext.Current.CancellationToken));
        if (records.Count > 0) reader.Commit(records[^1].Sequence);
        return records.Count;
    }

    private static async Task<SegmentJournal> WithDetectionsAsync()
    {
        var journal = JournalOnDisk.Open(new FaultyStorage(), segmentSize: 100_000);
        var generator = new DetectionGenerator();
        using var submission = JournalRecords.Submission(Enumerable.Range(0, 30).Select(generator.One));
        await journal.AppendAsync(submission, TestContext.Current.CancellationToken);
        return journal;
    }

    private static void Delete(CheckRig rig)
    {
        rig.Close();
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(rig.Settings.Path)!)) File.Delete(file);
        rig.Restart();
    }
}
