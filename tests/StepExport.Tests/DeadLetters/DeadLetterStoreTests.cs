using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using StepExport.Core.DeadLetters;
using StepExport.Testing;

namespace StepExport.Tests.DeadLetters;

public sealed class DeadLetterStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 7, 22, 12, 0, 0, TimeSpan.Zero));

    private string File => _folder.File("state/deadletters.db");

    [Fact]
    public void Keeps_every_value_over_a_restart()
    {
        var refused = Refused(7) with { Code = "HTTP 400/6", Header = [9, 8], Uid = "ab", DetectionType = "Reverse-Shell" };
        var atIntake = new DeadLetter { Component = "samples", AtIntake = true, Reason = "not JSON", Position = "/in/a.ndjson line 17", Bytes = [0, 255, 10] };
        using (var store = Open()) store.Add([refused, atIntake]);

        using var again = Open();

        Assert.Equal(2, again.Count);
        var kept = again.List();
        Assert.Equivalent(refused, kept[0].Letter, strict: true);
        Assert.Equivalent(atIntake, kept[1].Letter, strict: true);
        Assert.Equal(_time.GetUtcNow(), kept[0].AddedAt);
    }

    [Fact]
    public void The_same_letter_is_kept_once()
    {
        using var store = Open();
        store.Add([Refused(7), Refused(7)]);
        store.Add([Refused(7) with { Reason = "in other words" }]);
        Assert.Equal((1, 1), (store.Count, store.List().Count));
        Assert.Equal("bad record", store.List()[0].Letter.Reason);
    }

    [Fact]
    public void Another_sink_sequence_position_or_text_is_another_letter()
    {
        using var store = Open();
        var atIntake = new DeadLetter { Component = "sink", AtIntake = true, Reason = "r", Position = "line 1", Bytes = [1] };
        store.Add([Refused(7), Refused(8), Refused(7) with { Component = "lake" }, Refused(7) with { Bytes = [2] }, atIntake, atIntake with { Position = "line 2" }]);
        Assert.Equal(6, store.Count);
    }

    [Fact]
    public void Lists_page_by_page()
    {
        using var store = Open();
        store.Add([.. Enumerable.Range(1, 5).Select(i => Refused(i))]);
        var first = store.List(limit: 2);
        Assert.Equal([3, 4], store.List(limit: 2, afterId: first[^1].Id).Select(l => l.Letter.Sequence!.Value));
    }

    [Fact]
    public void What_was_added_is_on_disk_when_add_returns()
    {
        using var store = Open();
        store.Add([Refused(1)]);

        // A copy of the files as they are now is what a kill -9 would leave.
        var copy = _folder.File("copy.db");
        foreach (var suffix in (string[])["", "-wal"]) System.IO.File.Copy(File + suffix, copy + suffix);
        using var afterKill = DeadLetterStore.Open(copy, _time);
        Assert.Equal(1, afterKill.Count);
    }

    [Fact]
    public void Only_the_owner_can_read_the_files()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes");
        using var store = Open();
        store.Add([Refused(1)]);
        Assert.All(Directory.GetFiles(_folder.File("state")), path =>
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? default : System.IO.File.GetUnixFileMode(path)));
    }

    [Fact]
    public void A_newer_schema_is_refused_and_left_alone()
    {
        using (Open())
        {
        }

        Sql("PRAGMA user_version=3");
        var e = Assert.Throws<IOException>(() => Open());
        Assert.Contains(File, e.Message, StringComparison.Ordinal);
        Assert.Contains("made by a newer StepExport", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_database_is_named()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllBytes(File, Encoding.UTF8.GetBytes(new string('x', 5000)));
        var e = Assert.Throws<IOException>(() => Open());
        Assert.Contains(File, e.Message, StringComparison.Ordinal);
        Assert.Contains("not a database", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void When_one_letter_cannot_be_written_none_is()
    {
        using var store = Open();
        Sql("CREATE TRIGGER full BEFORE INSERT ON dead_letters WHEN NEW.sequence = 2 BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END");
        var e = Assert.Throws<IOException>(() => store.Add([Refused(1), Refused(2)]));
        Assert.Contains("disk is full", e.Message, StringComparison.Ordinal);
        Assert.Equal((0, 0), (store.Count, store.List().Count));

        Sql("DROP TRIGGER full");
        store.Add([Refused(1), Refused(2)]);
        Assert.Equal(2, store.Count);
    }

    public void Dispose() => _folder.Dispose();

    private static DeadLetter Refused(long sequence) =>
        new() { Component = "sink", AtIntake = false, Reason = "bad record", Sequence = sequence, Bytes = "{}"u8.ToArray() };

    private DeadLetterStore Open() => DeadLetterStore.Open(File, _time);

    private void Sql(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
