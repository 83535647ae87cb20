using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Data.Sqlite;
using StepExport.Core.Delivery;
using StepExport.Testing.Delivery;

namespace StepExport.Tests.Delivery;

/// <summary>"This record will never be accepted" hits that record alone.</summary>
public sealed class SinkRunnerRejectionTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(512)]
    [InlineData(777)]
    [InlineData(1024)]
    public async Task Halving_finds_the_offender_with_a_logarithm_of_sends(int poison)
    {
        await using var rig = await RunnerRig.StartAsync(records: 1024);
        var sink = Refusing([poison]);
        await using var running = rig.Run(sink, RunnerRig.Settings with { BatchMaxEvents = 1024, InFlight = 1 });

        await running.DrainAtOnceAsync();

        var letter = Assert.Single(rig.DeadLetters.List()).Letter;
        Assert.Equal(("sink", poison, "bad record", "HTTP 400/6"), (letter.Component, letter.Sequence, letter.Reason, letter.Code));
        Assert.Equal((new SomeRecord(poison).Uid, "Domain-Blocked"), (letter.Uid, letter.DetectionType));
        Assert.Equal(new SomeRecord(poison).Body, Encoding.UTF8.GetString(letter.Bytes));
        Assert.Equal(Enumerable.Range(1, 1024).Where(i => i != poison).Select(i => (long)i), sink.Delivered);
        Assert.Equal(1 + 2 * 10, sink.Sends.Count);
        Assert.Equal((1, 1023, 1024), (running.Metrics.Rejected, running.Metrics.Delivered, running.Metrics.Committed));
    }

    [Fact]
    public void Exactly_the_poison_is_dead_lettered_wherever_it_lies()
    {
        Prop.ForAll<bool[]>(poisoned => ExactlyThePoisonIsDeadLettered(poisoned).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(15));

        static async Task<bool> ExactlyThePoisonIsDeadLettered(bool[] poisoned)
        {
            await using var rig = await RunnerRig.StartAsync(poisoned.Length);
            var poison = poisoned.Index().Where(p => p.Item).Select(p => p.Index + 1L).ToArray();
            var sink = Refusing(poison);
            await using var running = rig.Run(sink, RunnerRig.Settings with { BatchMaxEvents = 7 });
            await running.DrainAtOnceAsync();
            return rig.DeadLetters.List().Select(l => l.Letter.Sequence!.Value).Order().SequenceEqual(poison)
                && sink.Delivered.Order().SequenceEqual(poisoned.Index().Where(p => !p.Item).Select(p => p.Index + 1L));
        }
    }

    [Fact]
    public async Task Outcomes_per_record_are_taken_at_their_word()
    {
        await using var rig = await RunnerRig.StartAsync(records: 6);
        var sink = new ScriptedSink((_, send) => send > 1 ? SendResult.Delivered : SendResult.PerRecord(
            [RecordOutcome.Delivered, RecordOutcome.Rejected, RecordOutcome.Retry, RecordOutcome.Delivered, RecordOutcome.Retry, RecordOutcome.Rejected],
            "invalid event",
            retryAfter: TimeSpan.Zero));
        await using var running = rig.Run(sink);

        await running.DrainAtOnceAsync();

        Assert.Equal([[1, 2, 3, 4, 5, 6], [3, 5]], sink.Sends);
        Assert.Equal([2, 6], rig.DeadLetters.List().Select(l => l.Letter.Sequence!.Value));
        Assert.Equal((4, 2, 2), (running.Metrics.Delivered, running.Metrics.Rejected, running.Metrics.Retried));
        Assert.True(running.Metrics.Health.Current.Ok);
    }

    [Fact]
    public async Task A_retry_in_the_middle_of_halving_goes_on_where_it_was()
    {
        await using var rig = await RunnerRig.StartAsync(records: 8);
        var sink = new ScriptedSink((batch, send) => send == 3 ? SendResult.Retry("busy") : Refuse(batch, [6]));
        await using var running = rig.Run(sink, RunnerRig.Settings with { BatchMaxAge = TimeSpan.FromDays(1) });

        await running.DrainAsync();

        Assert.Equal(
            [[1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 3, 4], [5, 6, 7, 8], [5, 6, 7, 8], [5, 6], [5], [6], [7, 8]],
            sink.Sends);
        Assert.Equal([1, 2, 3, 4, 5, 7, 8], sink.Delivered);
    }

    [Fact]
    public async Task A_crash_between_dead_letter_and_cursor_keeps_the_letter_once()
    {
        await using var rig = await RunnerRig.StartAsync(records: 20);
        var held = new ScriptedSink(async (batch, _, stop) =>
        {
            if (batch[0].Sequence == 1) await Task.Delay(Timeout.Infinite, stop);
            return Refuse(batch, [15]);
        });
        await using (rig.Run(held)) await RunnerRig.UntilAsync(() => rig.DeadLetters.Count == 1);

        await rig.RestartAsync();
        Assert.Equal((1, 0), (rig.DeadLetters.Count, rig.Reader("sink").Cursor));
        var sink = Refusing([15]);
        await using var again = rig.Run(sink);
        await again.DrainAtOnceAsync();

        Assert.Equal(1, rig.DeadLetters.Count);
        Assert.Equal(19, sink.Delivered.Distinct().Count());
    }

    [Fact]
    public async Task The_cursor_does_not_pass_a_record_whose_dead_letter_is_not_durable()
    {
        await using var rig = await RunnerRig.StartAsync(records: 10);
        Damage("CREATE TRIGGER full BEFORE INSERT ON dead_letters BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END");
        var sink = Refusing([4]);
        await using var running = rig.Run(sink);

        await rig.AdvanceUntilAsync(RunnerRig.UntilAsync(() => !running.Metrics.Health.Current.Ok));
        Assert.Contains("disk is full", running.Metrics.Health.Current.Reason, StringComparison.Ordinal);
        Assert.Equal((0, 0), (running.Reader.Cursor, running.Metrics.Rejected));

        Damage("DROP TRIGGER full");
        await running.DrainAsync();
        Assert.Equal((1, 10), (rig.DeadLetters.Count, running.Reader.Cursor));
        Assert.True(running.Metrics.Health.Current.Ok);

        void Damage(string sql)
        {
            using var connection = new SqliteConnection($"Data Source={rig.DeadLetterFile};Pooling=False");
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }
    }

    private static ScriptedSink Refusing(long[] poison) => new((batch, _) => Refuse(batch, poison));

    private static SendResult Refuse(Batch batch, long[] poison)
    {
        foreach (ref readonly var record in batch.Records)
        {
            if (poison.Contains(record.Sequence)) return SendResult.Rejected("bad record", "HTTP 400/6");
        }

        return SendResult.Delivered;
    }
}
