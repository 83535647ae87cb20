using FsCheck;
using FsCheck.Fluent;
using StepExport.Core.Journal;
using StepExport.Testing.Journal;

namespace StepExport.Tests.Journal;

public sealed class CursorTests
{
    private const string Folder = "/journal";
    private readonly FaultyStorage _disk = new();

    [Theory]
    [InlineData("splunk", "splunk.cursor")]
    [InlineData("Splunk", "%53plunk.cursor")]
    [InlineData("../../etc/passwd", "%2E%2E%2F%2E%2E%2Fetc%2Fpasswd.cursor")]
    [InlineData("", ".cursor")]
    [InlineData("a%2fb", "a%252fb.cursor")]
    [InlineData("später", "sp%C3%A4ter.cursor")]
    public void A_name_becomes_a_plain_file_name(string sink, string file) => Assert.Equal(file, CursorName.FileName(sink));

    [Fact]
    public void Any_two_names_have_two_files_in_the_same_folder_even_without_regard_to_case()
    {
        Prop.ForAll<NonNull<string>, NonNull<string>>((a, b) =>
        {
            // A lone surrogate has no UTF-8 form; configuration files cannot hold one.
            var (left, right) = (new string(a.Get.Where(c => !char.IsSurrogate(c)).ToArray()), new string(b.Get.Where(c => !char.IsSurrogate(c)).ToArray()));
            var (first, second) = (CursorName.FileName(left), CursorName.FileName(right));
            return Path.GetFileName(first) == first && first.Length < 255
                && string.Equals(first, second, StringComparison.OrdinalIgnoreCase) == (left == right);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Long_names_that_differ_only_at_the_end_have_two_files()
    {
        var (a, b) = (CursorName.FileName(new string('a', 300) + "1"), CursorName.FileName(new string('a', 300) + "2"));
        Assert.NotEqual(a, b);
        Assert.InRange(a.Length, 1, 255);
    }

    [Theory]
    [InlineData(0, 7)]
    [InlineData(4096, 9)]
    public void A_torn_slot_leaves_the_value_of_the_other(int slot, long left)
    {
        using (var cursor = CursorFile.Create(_disk, Folder, "splunk"))
        {
            cursor.Move(5);
            cursor.Move(7);
            cursor.Move(9);
        }

        _disk.Damage("splunk.cursor", bytes =>
        {
            bytes[slot + 9] ^= 1;
            return bytes;
        });
        using var again = CursorFile.Open(_disk, Folder, "splunk", out var damaged);
        Assert.False(damaged);
        Assert.Equal(left, again.Sequence);
        again.Move(10);
        Assert.Equal(10, CursorFile.Peek(_disk, Folder + "/splunk.cursor"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8192)]
    public void A_cursor_without_a_whole_slot_begins_again_and_says_so(int length)
    {
        CursorFile.Create(_disk, Folder, "splunk").Dispose();
        _disk.Damage("splunk.cursor", _ => new byte[length]);
        using (var again = CursorFile.Open(_disk, Folder, "splunk", out var damaged))
        {
            Assert.True(damaged);
            Assert.Equal(0, again.Sequence);
            again.Move(3);
        }

        using var healed = CursorFile.Open(_disk, Folder, "splunk", out var still);
        Assert.False(still);
        Assert.Equal(3, healed.Sequence);
    }

    [Fact]
    public void A_cursor_file_of_another_sink_is_refused()
    {
        CursorFile.Create(_disk, Folder, "splunk").Dispose();
        using var source = _disk.Open(Folder + "/splunk.cursor", writable: false);
        var bytes = new byte[source.Length];
        source.Read(bytes, 0);
        CursorFile.Create(_disk, Folder, "file").Dispose();
        _disk.Damage("file.cursor", _ => bytes);
        Assert.Throws<InvalidDataException>(() => CursorFile.Open(_disk, Folder, "file", out _));
    }

    [Fact]
    public void A_removal_is_durable_and_a_return_at_the_same_sequence_outlives_it()
    {
        using (var cursor = CursorFile.Create(_disk, Folder, "splunk"))
        {
            cursor.Move(5);
            cursor.MarkCut(9);
            cursor.Mark(new(1_000, null));
        }

        using (var removed = CursorFile.Find(_disk, Folder, "splunk.cursor")!)
        {
            Assert.Equal(("splunk", 5, new Removal(1_000, null)), (removed.Sink, removed.Sequence, removed.Removal));
            removed.Mark(new(1_000, 7));
        }

        using (var letGo = CursorFile.Find(_disk, Folder, "splunk.cursor")!)
        {
            Assert.Equal(new Removal(1_000, 7), letGo.Removal);
            letGo.Return(3);
        }

        using var back = CursorFile.Find(_disk, Folder, "splunk.cursor")!;
        Assert.Equal((5, null, 9), (back.Sequence, back.Removal, Assert.Single(back.Cuts)));
    }

    [Fact]
    public void A_return_passes_what_is_gone_and_the_cuts_in_it()
    {
        using (var cursor = CursorFile.Create(_disk, Folder, "splunk", 4))
        {
            cursor.MarkCut(9);
            cursor.MarkCut(12);
            cursor.Mark(new(1_000, 20));
            cursor.Return(10);
        }

        using var back = CursorFile.Find(_disk, Folder, "splunk.cursor")!;
        Assert.Equal((10, null, 12), (back.Sequence, back.Removal, Assert.Single(back.Cuts)));
    }

    [Fact]
    public void A_file_that_is_damaged_or_was_copied_is_no_cursor()
    {
        CursorFile.Create(_disk, Folder, "splunk").Dispose();
        CursorFile.Create(_disk, Folder, "file").Dispose();
        using var source = _disk.Open(Folder + "/splunk.cursor", writable: false);
        var bytes = new byte[source.Length];
        source.Read(bytes, 0);
        _disk.Damage("file.cursor", _ => bytes);
        Assert.Null(CursorFile.Find(_disk, Folder, "file.cursor"));
        _disk.Damage("splunk.cursor", _ => []);
        Assert.Null(CursorFile.Find(_disk, Folder, "splunk.cursor"));
    }

    [Theory]
    [InlineData(StorageFault.PowerLossHalfway)]
    [InlineData(StorageFault.IoError)]
    internal async Task A_new_cursor_is_there_whole_or_not_at_all(StorageFault fault)
    {
        await EveryOperation.StrikeAsync(fault, 5, (_, disk) =>
        {
            try
            {
                CursorFile.Create(disk, Folder, "splunk", 42).Dispose();
            }
            catch (Exception e) when (e is IOException or PowerLossException)
            {
            }

            var left = disk.AfterPowerLoss();
            if (left.Files.Contains("splunk.cursor")) Assert.Equal(42, CursorFile.Find(left, Folder, "splunk.cursor")?.Sequence);
            using var again = left.Files.Contains("splunk.cursor") ? CursorFile.Find(left, Folder, "splunk.cursor") : CursorFile.Create(left, Folder, "splunk", 42);
            Assert.Equal(42, again?.Sequence);
            return Task.CompletedTask;
        });
    }
}
