using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using StepExport.Core.Dedupe;
using StepExport.Testing.Dedupe;

namespace StepExport.Tests.Dedupe;

/// <summary>What is known over restarts, and what becomes of the file.</summary>
public sealed class SeenStoreTests
{
    [Fact]
    public async Task What_was_taken_is_known_after_a_restart_although_the_journal_no_longer_holds_it()
    {
        await using var rig = await DeliveredAsync();
        await rig.RestartAsync();
        Assert.Equal(20, await rig.AppendAsync(Bodies(20)));
        Assert.Empty(rig.Written());
    }

    [Fact]
    public async Task A_deleted_file_is_made_again_from_what_the_journal_holds()
    {
        await using var rig = new DedupeRig();
        foreach (var body in Bodies(20)) await rig.AppendAsync(body);
        await rig.RestartAsync(() => File.Delete(rig.Settings.Path));
        Assert.Equal(20, rig.Dedupe.Status.Keys);
        Assert.Equal(20, await rig.AppendAsync([.. Bodies(20), "new"]));
        Assert.Equal([.. Bodies(20), "new"], rig.Written());

        // It is in the file again, too.
        await rig.StoredAsync();
        Assert.Equal(21, Count(rig));
    }

    [Fact]
    public async Task A_crash_between_fsync_and_store_forgets_nothing()
    {
        var store = new MemorySeenStore { BeforeWrite = () => throw new IOException("not yet") };
        await using var rig = new DedupeRig(store: store);
        foreach (var body in Bodies(20)) await rig.AppendAsync(body);
        Assert.Empty(store.Blocks);
        await rig.RestartAsync(() => store.BeforeWrite = () => { });
        Assert.Equal(20, await rig.AppendAsync(Bodies(20)));
        await rig.StoredAsync();
        Assert.Equal(20, store.Blocks.Sum(block => block.Keys.Length));
    }

    [Fact]
    public async Task A_segment_stays_until_its_keys_are_stored_and_then_goes()
    {
        var store = new MemorySeenStore { BeforeWrite = () => throw new IOException("no space left on device") };
        await using var rig = new DedupeRig(segmentSize: 500, store: store);
        foreach (var body in Bodies(8)) await rig.AppendAsync(body);
        rig.Written();
        rig.Reader.Commit(8);
        var segments = rig.Disk.Files.Count;
        Assert.True(segments > 2, $"only {segments} files");
        store.BeforeWrite = () => { };
        await rig.StoredAsync();
        // The last segment and the cursor.
        await rig.Until(() => rig.Disk.Files.Count == 2);
    }

    [Fact]
    public async Task While_the_store_has_no_room_intake_waits_at_last_and_then_goes_on()
    {
        var full = true;
        var store = new MemorySeenStore
        {
            BeforeWrite = () =>
            {
                if (Volatile.Read(ref full)) throw new IOException("database or disk is full");
            },
        };
        await using var rig = new DedupeRig(store: store);
        await rig.AppendAsync("0");
        await rig.Until(() => rig.Dedupe.Status.Trouble is not null);
        Assert.Equal("database or disk is full", rig.Dedupe.Status.Trouble);

        // One is being written, 64 wait, and with the next the writer itself does; all of those are durable and answered.
        for (var i = 1; i <= 65; i++) await rig.AppendAsync($"{i}");
        var waiting = rig.AppendAsync("66");
        for (var i = 0; i < 1_000; i++)
        {
            rig.Time.Advance(TimeSpan.FromMilliseconds(10));
            await Task.Yield();
        }

        Assert.False(waiting.IsCompleted);
        Assert.Equal(66, rig.Journal.DurableSequence);

        Volatile.Write(ref full, false);
        await rig.Until(() => waiting.IsCompleted);
        await rig.StoredAsync();
        Assert.Null(rig.Dedupe.Status.Trouble);
        Assert.Equal(67, store.Blocks.Sum(block => block.Keys.Length));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_damaged_or_foreign_file_is_put_aside_and_made_again(bool foreign)
    {
        await using var rig = new DedupeRig();
        foreach (var body in Bodies(20)) await rig.AppendAsync(body);
        await rig.RestartAsync(() =>
        {
            if (foreign) Sql(rig, "ALTER TABLE seen RENAME TO something_else");
            else File.WriteAllBytes(rig.Settings.Path, new byte[40_000]);
        });
        Assert.Equal(20, await rig.AppendAsync(Bodies(20)));
        var aside = Assert.Single(Directory.GetFiles(Path.GetDirectoryName(rig.Settings.Path)!), file => file.EndsWith(".damaged-20260722120000", StringComparison.Ordinal));
        Assert.StartsWith(rig.Settings.Path, aside, StringComparison.Ordinal);
        await rig.StoredAsync();
        Assert.Equal(20, Count(rig));
    }

    [Fact]
    public async Task A_page_that_is_damaged_is_found_when_it_is_read()
    {
        await using var rig = new DedupeRig();
        await rig.AppendAsync(Bodies(200));
        await rig.StoredAsync();
        await rig.RestartAsync(() =>
        {
            using var file = File.OpenWrite(rig.Settings.Path);
            file.Position = 16_384;
            file.Write(new byte[16_384]);
        });
        Assert.Equal(200, await rig.AppendAsync(Bodies(200)));
        Assert.Contains(Directory.GetFiles(Path.GetDirectoryName(rig.Settings.Path)!), file => file.Contains(".damaged-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_of_a_newer_version_is_refused_and_left_alone()
    {
        await using var rig = new DedupeRig();
        Sql(rig, "PRAGMA user_version=2");
        var e = Assert.Throws<IOException>(() => SeenStore.Open(rig.Settings.Path, rig.Time, NullLogger.Instance));
        Assert.Contains(rig.Settings.Path, e.Message, StringComparison.Ordinal);
        Assert.Contains("made by a newer StepExport", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_journal_has_lost_is_taken_again()
    {
        await using var rig = await DeliveredAsync();
        await rig.RestartAsync(() =>
        {
            foreach (var file in rig.Disk.Files) rig.Disk.Remove(file);
        });
        Assert.Equal(0, await rig.AppendAsync(Bodies(20)));
        Assert.Equal(Bodies(20), rig.Written());
    }

    [Fact]
    public async Task What_is_forgotten_leaves_the_file_and_what_was_touched_stays()
    {
        await using var rig = new DedupeRig(window: TimeSpan.FromHours(8));
        await rig.AppendAsync("old", "listed");
        await rig.StoredAsync();
        for (var i = 0; i < 10; i++)
        {
            rig.Time.Advance(TimeSpan.FromHours(1));
            Assert.Equal(1, await rig.AppendAsync("listed", $"{i}"));
            await rig.StoredAsync();
        }

        await rig.RestartAsync();
        Assert.Equal(0, await rig.AppendAsync("old"));
        Assert.Equal(1, await rig.AppendAsync("listed"));
        // Of the first hours nothing is left in the file: eight or nine generations of one new key and one touch.
        Assert.InRange(Count(rig), 16, 22);
    }

    [Fact]
    public async Task Only_the_owner_can_read_the_files()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes");
        await using var rig = new DedupeRig();
        await rig.AppendAsync("a");
        await rig.StoredAsync();
        Assert.All(Directory.GetFiles(Path.GetDirectoryName(rig.Settings.Path)!), path =>
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(path)));
    }

    private static string[] Bodies(int count) => [.. Enumerable.Range(0, count).Select(i => $"body {i}")];

    /// <summary>Twenty records that the sink is done with and the store knows; the journal holds the last of them at most.</summary>
    private static async Task<DedupeRig> DeliveredAsync()
    {
        var rig = new DedupeRig(segmentSize: 500);
        foreach (var body in Bodies(20))
        {
            await rig.AppendAsync(body);
            rig.Written();
            rig.Reader.Commit(rig.Journal.DurableSequence);
            await rig.StoredAsync();
        }

        await rig.Until(() => rig.Disk.Files.Count == 2);
        return rig;
    }

    private static long Count(DedupeRig rig) => Sql(rig, "SELECT SUM(length(keys)) / 16 FROM seen");

    private static long Sql(DedupeRig rig, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={rig.Settings.Path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() as long? ?? 0;
    }
}
