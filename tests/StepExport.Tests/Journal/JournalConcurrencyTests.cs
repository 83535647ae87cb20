using System.Globalization;
using StepExport.Core.Journal;
using StepExport.Testing.Journal;

namespace StepExport.Tests.Journal;

/// <summary>Several appenders and a reader at the same time.</summary>
public sealed class JournalConcurrencyTests
{
    private const int Appenders = 6, Each = 300;

    [Fact]
    public async Task Every_appender_keeps_its_order_and_the_reader_misses_nothing()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var journal = JournalOnDisk.Open(new FaultyStorage(), segmentSize: 20_000, maxSize: 80_000);
        using var reader = journal.OpenReader("splunk");
        var reading = Task.Run(() => ReadAsync(reader, cancel), cancel);
        await Task.WhenAll(Enumerable.Range(0, Appenders).Select(appender => Task.Run(() => AppendAsync(journal, appender, cancel), cancel)));
        var read = await reading;
        Assert.Equal(Enumerable.Range(1, Appenders * Each).Select(i => (long)i), read.Select(record => record.Sequence));
        foreach (var bodies in read.Select(record => record.Body.Split('/')).GroupBy(parts => parts[0]))
            Assert.Equal(Enumerable.Range(0, Each), bodies.Select(parts => int.Parse(parts[1], CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task All_that_wait_share_one_fsync()
    {
        var cancel = TestContext.Current.CancellationToken;
        var disk = new FaultyStorage();
        await using var journal = JournalOnDisk.Open(disk, segmentSize: 100_000);
        using var slow = new ManualResetEventSlim();
        var syncs = 0;
        disk.Inject = (_, operation, _) =>
        {
            if (operation != StorageOperation.Sync) return StorageFault.None;
            syncs++;
            slow.Wait(cancel);
            return StorageFault.None;
        };
        var appends = Enumerable.Range(1, 200).Select(i => journal.AppendAsync(JournalOnDisk.Numbered(i), cancel).AsTask()).ToArray();
        slow.Set();
        await Task.WhenAll(appends);
        // The segment's start, what was there when the writer woke, and all that came while it waited for the disk.
        Assert.InRange(syncs, 2, 3);
    }

    private static async Task AppendAsync(SegmentJournal journal, int appender, CancellationToken cancel)
    {
        // Calls overlap: order is that of the calls, not of the answers.
        var open = new List<Task>();
        for (var i = 0; i < Each; i++) open.Add(journal.AppendAsync(Submissions.Of($"{appender}/{i}"), cancel).AsTask());
        await Task.WhenAll(open);
    }

    private static async Task<List<(long Sequence, string Body)>> ReadAsync(JournalReader reader, CancellationToken cancel)
    {
        var all = new List<(long Sequence, string Body)>();
        while (all.Count < Appenders * Each)
        {
            await reader.WaitAsync(cancel);
            all.AddRange(reader.ReadAll());
            reader.Commit(all[^1].Sequence);
        }

        return all;
    }
}
