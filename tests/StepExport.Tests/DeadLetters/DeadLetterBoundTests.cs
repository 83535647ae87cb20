using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using StepExport.Core.DeadLetters;
using StepExport.Testing;

namespace StepExport.Tests.DeadLetters;

/// <summary>The store is bounded, nothing is dropped at the bound, and its totals are right whoever changes it.</summary>
public sealed class DeadLetterBoundTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 7, 22, 12, 0, 0, TimeSpan.Zero));

    private string File => _folder.File("deadletters.db");

    [Fact]
    public void At_the_bound_an_addition_is_refused_as_a_whole_and_what_is_there_stays()
    {
        using var store = Open(maxCount: 5);
        store.Add([Letter(1), Letter(2), Letter(3), Letter(4)]);

        var full = Assert.Throws<DeadLettersFullException>(() => store.Add([Letter(5), Letter(6)]));

        Assert.Contains("4 of 5 letters", full.Message, StringComparison.Ordinal);
        Assert.Contains("replay them", full.Message, StringComparison.Ordinal);
        Assert.Equal(full.Message, store.Trouble);
        Assert.Equal([1, 2, 3, 4], Sequences(store));
        store.Add([Letter(5)]);
        Assert.Null(store.Trouble);
    }

    [Fact]
    public void The_bound_of_bytes_counts_too_and_a_first_letter_always_has_room()
    {
        using var store = Open(maxBytes: 2000);
        store.Add([Letter(1) with { Bytes = new byte[5000] }]);
        Assert.Throws<DeadLettersFullException>(() => store.Add([Letter(2)]));
    }

    [Fact]
    public void A_letter_that_is_there_already_needs_no_room()
    {
        using var store = Open(maxCount: 2);
        store.Add([Letter(1), Letter(2)]);
        store.Add([Letter(1), Letter(2)]);
        Assert.Equal((2, null), (store.Count, store.Trouble));
    }

    [Fact]
    public void The_alarm_comes_before_the_bound_and_goes_when_there_is_room()
    {
        using var store = Open(maxCount: 10);
        store.Add([.. Enumerable.Range(1, 7).Select(i => Letter(i))]);
        Assert.Null(store.Alarm);
        store.Add([Letter(8)]);
        Assert.Contains("8 of 10 letters", store.Alarm, StringComparison.Ordinal);
        store.Remove([1]);
        Assert.Null(store.Alarm);
    }

    [Fact]
    public async Task Whoever_waits_for_room_gets_it_when_another_process_has_taken_letters_out()
    {
        using var store = Open(maxCount: 2);
        store.Add([Letter(1), Letter(2)]);
        var waiting = store.AddAsync([Letter(3)], TestContext.Current.CancellationToken).AsTask();
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(waiting.IsCompleted);

        using (var other = Open(maxCount: 2)) other.Remove([1], replayed: false);

        while (!waiting.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await waiting;
        Assert.Equal([2, 3], Sequences(store));
    }

    [Fact]
    public void Totals_by_component_are_right_after_every_change_also_by_another_process()
    {
        using var store = Open();
        store.Add([Letter(1), Letter(2), Letter(3) with { Component = "lake" }, Letter(4) with { Component = "sink", AtIntake = true, Sequence = null, Position = "line 1" }]);
        using (var other = Open())
        {
            other.Refuse([(1, "a longer reason than before", null)]);
            other.Remove([3]);
        }

        store.Refresh();

        Assert.Equal([("sink", false, 2L), ("sink", true, 1L)], store.Components.Select(c => (c.Component, c.AtIntake, c.Totals.Count)));
        Assert.Equal((3 * (256 + 2)) + ("bad record".Length * 2) + "a longer reason than before".Length, store.Totals.Bytes);
    }

    [Fact]
    public void A_file_of_the_first_version_is_brought_up_with_its_letters()
    {
        Sql("""
            PRAGMA journal_mode=WAL;
            CREATE TABLE dead_letters (id INTEGER PRIMARY KEY AUTOINCREMENT, added_ms INTEGER NOT NULL, component TEXT NOT NULL, place TEXT NOT NULL,
              hash BLOB NOT NULL, at_intake INTEGER NOT NULL, reason TEXT NOT NULL, code TEXT, position TEXT, sequence INTEGER, detection_type TEXT,
              uid TEXT, bytes BLOB NOT NULL, UNIQUE (component, place, hash)) STRICT;
            INSERT INTO dead_letters VALUES (7, 1, 'splunk', '9', x'00', 0, 'why', NULL, NULL, 9, 'T', 'ab', x'7b7d');
            PRAGMA user_version=1;
            """);
        using var store = Open();
        var letter = Assert.Single(store.List());
        Assert.Equal((7, "splunk", 9, null), (letter.Id, letter.Letter.Component, letter.Letter.Sequence, letter.Letter.Header));
        Assert.Equal(new DeadLetterTotals(1, 256 + 2 + 3), store.Totals);
    }

    [Theory]
    [InlineData("sink", new long[] { 1, 2 })]
    [InlineData("source", new long[] { 3 })]
    [InlineData("reason", new long[] { 2 })]
    [InlineData("code", new long[] { 1 })]
    [InlineData("type", new long[] { 1, 2 })]
    [InlineData("since", new long[] { 2, 3 })]
    [InlineData("until", new long[] { 1 })]
    [InlineData("ids", new long[] { 1, 3 })]
    [InlineData("both", new long[] { 2 })]
    public void Conditions_are_joined_by_and(string condition, long[] expected)
    {
        using var store = Open();
        store.Add([Letter(1) with { Code = "HTTP 400/6", DetectionType = "Reverse-Shell" }]);
        _time.Advance(TimeSpan.FromHours(1));
        store.Add([Letter(2) with { Reason = "Index not FOUND", DetectionType = "Reverse-Tunnel" }, new() { Component = "in", AtIntake = true, Reason = "not JSON", Position = "line 1", Bytes = [1] }]);
        var noon = _time.GetUtcNow();
        DeadLetterQuery query = condition switch
        {
            "sink" => new() { Sink = "sink" },
            "source" => new() { Source = "in" },
            "reason" => new() { Reason = "index not" },
            "code" => new() { Reason = "http 400" },
            "type" => new() { Type = "Reverse-*" },
            "since" => new() { Since = noon },
            "until" => new() { Until = noon },
            "ids" => new() { Ids = [1, 3] },
            _ => new() { Since = noon, Type = "*e*" },
        };

        Assert.Equal(expected, store.All(query).Select(l => l.Id));
        Assert.Equal(expected, store.Select(query).Select(l => l.Id));
        Assert.Equal(expected.Length, store.CountOf(query));
    }

    public void Dispose() => _folder.Dispose();

    private static DeadLetter Letter(long sequence) =>
        new() { Component = "sink", AtIntake = false, Reason = "bad record", Sequence = sequence, Bytes = "{}"u8.ToArray() };

    private static IEnumerable<long> Sequences(DeadLetterStore store) => store.List().Select(l => l.Letter.Sequence!.Value);

    private DeadLetterStore Open(long maxCount = long.MaxValue, long maxBytes = long.MaxValue) => DeadLetterStore.Open(File, _time, new(maxCount, maxBytes));

    private void Sql(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
