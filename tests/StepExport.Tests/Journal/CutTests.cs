using System.Buffers.Binary;
using StepExport.Core.Journal;
using StepExport.Testing.Journal;
using static StepExport.Tests.Journal.JournalOnDisk;

namespace StepExport.Tests.Journal;

/// <summary>Where a sink's batches end is as durable as its cursor. Every fault in between: <see cref="JournalCrashTests"/>.</summary>
public sealed class CutTests
{
    private const string Folder = "/journal";
    private readonly FaultyStorage _disk = new();

    [Fact]
    public void A_cursor_without_cuts_is_written_as_ever()
    {
        using (var cursor = CursorFile.Create(_disk, Folder, "splunk"))
        {
            cursor.MarkCut(3);
            cursor.Move(5);
        }

        var expected = Convert.FromHexString("53584331" + "00000000" + "0500000000000000" + "0600" + "73706C756E6B");
        BinaryPrimitives.WriteUInt32LittleEndian(expected.AsSpan(4), Crc32C.Of(expected.AsSpan(8)));
        Assert.Equal(expected, Slot(1)[..expected.Length]);
    }

    [Fact]
    public void Cuts_are_there_again_in_order_and_the_cursor_takes_away_what_it_passes()
    {
        using (var cursor = CursorFile.Create(_disk, Folder, "splunk"))
        {
            cursor.MarkCut(30);
            cursor.MarkCut(10);
            cursor.MarkCut(20);
            cursor.MarkCut(10);
        }

        using (var again = Open())
        {
            Assert.Equal([10, 20, 30], again.Cuts);
            again.Move(10);
            Assert.Equal([20, 30], again.Cuts);
            again.Move(25);
            again.MarkCut(25);
        }

        using var last = Open();
        Assert.Equal((25, 30), (last.Sequence, Assert.Single(last.Cuts)));
    }

    [Theory]
    [InlineData(0, new long[] { 10 })]
    [InlineData(4096, new long[] { 10, 20 })]
    public void A_torn_mark_leaves_the_marks_before_it(int slot, long[] left)
    {
        using (var cursor = CursorFile.Create(_disk, Folder, "splunk"))
        {
            // In turn: slot 0, 1, 0.
            cursor.Move(5);
            cursor.MarkCut(10);
            cursor.MarkCut(20);
        }

        _disk.Damage("splunk.cursor", bytes =>
        {
            bytes[slot + 40] ^= 1;
            return bytes;
        });
        using var again = Open();
        Assert.Equal(left, again.Cuts);
        Assert.Equal(5, again.Sequence);
    }

    [Theory]
    [InlineData(StorageOperation.Write, StorageFault.DiskFull)]
    [InlineData(StorageOperation.Sync, StorageFault.IoError)]
    internal void A_mark_that_fails_changes_nothing_however_often(StorageOperation which, StorageFault how)
    {
        using (var cursor = CursorFile.Create(_disk, Folder, "splunk"))
        {
            cursor.Move(5);
            cursor.MarkCut(10);
            _disk.Inject = (_, operation, _) => operation == which ? how : StorageFault.None;
            for (var attempt = 0; attempt < 3; attempt++)
            {
                Assert.ThrowsAny<IOException>(() => cursor.MarkCut(20));
                Assert.Equal(10, Assert.Single(cursor.Cuts));
            }
        }

        var left = _disk.AfterPowerLoss();
        using var again = CursorFile.Open(left, Folder, "splunk", out var damaged);
        Assert.False(damaged);
        Assert.Equal((5, 10), (again.Sequence, again.Cuts[0]));
    }

    [Fact]
    public void So_many_cuts_fit_and_a_longer_list_is_refused_whole()
    {
        var sink = new string('s', CursorSlot.LongestName);
        using var cursor = CursorFile.Create(_disk, Folder, sink);
        for (var cut = 1; cut <= JournalReader.MaxCuts; cut++) cursor.MarkCut(cut);

        Assert.Throws<InvalidOperationException>(() => cursor.MarkCut(1000));
        Assert.Equal(JournalReader.MaxCuts, cursor.Cuts.Count);
        using var again = CursorFile.Open(_disk, Folder, sink, out _);
        Assert.Equal(Enumerable.Range(1, JournalReader.MaxCuts).Select(i => (long)i), again.Cuts);
        Assert.Throws<ArgumentException>(() => CursorFile.Create(_disk, Folder, sink + "s"));
    }

    [Fact]
    public async Task Sequences_up_to_a_cut_are_not_given_to_other_records_when_the_journal_loses_its_end()
    {
        var disk = await SixRecordsAsync();
        await using (var journal = JournalOnDisk.Open(disk))
        {
            using var lake = journal.OpenReader("lake");
            lake.MarkCut(6);
        }

        disk.Remove(disk.Segments()[^1]);
        await using var shorter = JournalOnDisk.Open(disk);
        using var reader = shorter.OpenReader("lake");
        Assert.Equal((6, 6), (shorter.DurableSequence, Assert.Single(reader.Cuts)));
        Assert.Equal([1, 2, 3, 4], reader.Numbers());
        Assert.Equal(7, reader.Next);
    }

    [Fact]
    public async Task Next_is_behind_what_was_read_and_what_is_lost()
    {
        var disk = await SixRecordsAsync();
        disk.Remove(disk.Segments()[1]);
        await using var journal = JournalOnDisk.Open(disk);
        using var reader = journal.OpenReader("lake");

        var next = new List<long> { reader.Next };
        while (reader.TryRead(out _)) next.Add(reader.Next);

        Assert.Equal([1, 2, 3, 6, 7], next);
    }

    private CursorFile Open() => CursorFile.Open(_disk, Folder, "splunk", out _);

    private byte[] Slot(int number)
    {
        using var file = _disk.Open(Folder + "/splunk.cursor", writable: false);
        var bytes = new byte[CursorSlot.Size];
        return bytes[..file.Read(bytes, number * CursorSlot.Size)];
    }
}
