using StepExport.Core.Delivery;
using StepExport.Core.Model;
using StepExport.Testing.Delivery;
using StepExport.Testing.Journal;

namespace StepExport.Tests.Delivery;

/// <summary>Killed at any moment and started again, with whatever configuration: the same objects come about, and every record lies
/// in one of them.</summary>
public sealed class SpoolReplayTests
{
    private readonly Bucket _bucket = new();

    private static SinkSettings Tens { get; } = RunnerRig.Settings with { BatchMaxEvents = 10, BatchMaxAge = TimeSpan.FromDays(10) };

    /// <summary>Where the first run ends, in terms of the batches of ten that it has closed.</summary>
    public enum Death
    {
        /// <summary>Marked, and nothing of it sent.</summary>
        BeforeSending,

        /// <summary>Some objects of each batch have arrived.</summary>
        HalfSent,

        /// <summary>Everything has arrived, and the program does not know it.</summary>
        BeforeTheAnswer,

        /// <summary>Everything has arrived, and the cursor cannot be moved.</summary>
        BeforeTheCommit,
    }

    public static TheoryData<Death, int, bool> EveryDeath()
    {
        var data = new TheoryData<Death, int, bool>();
        foreach (var death in Enum.GetValues<Death>())
        {
            data.Add(death, 3, false);
            data.Add(death, 1000, false);
            data.Add(death, 3, true);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(EveryDeath))]
    public async Task The_same_objects_come_about_again_whatever_the_limits_are_now(Death death, int maxEvents, bool killedTwice)
    {
        var disk = new FaultyStorage();
        await using var rig = await RunnerRig.StartAsync(disk, records: 0);
        await rig.AppendAsync(45, r => r with { Repository = $"acme/{r.Number % 3}" });
        var now = Tens with { BatchMaxEvents = maxEvents, BatchMaxBytes = maxEvents * 100, BatchMaxAge = TimeSpan.Zero };
        var cuts = await RunUntilAsync(death, rig, closed: 4, Tens, disk);
        if (killedTwice) cuts = await RunUntilAsync(Death.HalfSent, rig, closed: 6, now, disk);

        var sink = new ScriptedSpoolingSink(_bucket);
        await using var running = rig.Run(sink, now);
        await running.DrainAsync();

        Assert.Equal(Sequences(1, 45), _bucket.Sequences);
        Assert.Equal(cuts, sink.Spools.Where(s => s.Replayed).Select(s => s.Sequences[^1]));
        Assert.Equal((45, 0), (running.Reader.Cursor, running.Reader.Cuts.Count));
    }

    [Fact]
    public async Task A_later_batch_that_finished_first_is_formed_again_as_it_was()
    {
        await using var rig = await RunnerRig.StartAsync(records: 40);
        var first = new ScriptedSpoolingSink(_bucket, async (spool, _, stop) =>
        {
            if (spool.Sequences[0] == 11) await Task.Delay(Timeout.Infinite, stop);
            return spool.Put();
        });
        await using (var running = rig.Run(first, Tens))
        {
            await RunnerRig.UntilAsync(() => _bucket.Names.Count == 3 && running.Reader.Cursor == 10);
            Assert.Equal([20, 30, 40], running.Reader.Cuts);
        }

        await rig.RestartAsync();
        await using var again = rig.Run(new ScriptedSpoolingSink(_bucket), Tens with { BatchMaxEvents = 7 });
        await again.DrainAtOnceAsync();
        Assert.Equal(["acme/shop/1-10", "acme/shop/11-20", "acme/shop/21-30", "acme/shop/31-40"], _bucket.Names);
    }

    [Fact]
    public async Task With_another_filter_a_batch_still_ends_where_it_ended()
    {
        await using var rig = await RunnerRig.StartAsync(records: 0);
        await rig.AppendAsync(40, r => r with { Severity = r.Number is 3 or 25 ? Severity.High : Severity.Low });
        await RunUntilAsync(Death.BeforeSending, rig, closed: 4, Tens);

        // Of the second and the fourth batch nothing is left, and of the others not their last record.
        await using var running = rig.Run(new ScriptedSpoolingSink(_bucket), Tens with { Filter = RecordFilter.Create(Severity.High, ["*"], ["*"]) });
        await running.DrainAtOnceAsync();

        Assert.Equal(["acme/shop/25-25", "acme/shop/3-3"], _bucket.Names);
        Assert.Equal((40, 0), (running.Reader.Cursor, running.Reader.Cuts.Count));
    }

    [Fact]
    public async Task A_stop_in_the_middle_of_a_batch_that_is_formed_again_sends_nothing_of_it()
    {
        await using var rig = await RunnerRig.StartAsync(records: 20);
        await RunUntilAsync(Death.BeforeSending, rig, closed: 2, Tens);
        RunningSink? running = null;
        var stopped = new ScriptedSpoolingSink(_bucket)
        {
            BeforeFlush = spool =>
            {
                if (Volatile.Read(ref running) is not { } now) throw new IOException("not yet");
                if (spool.Sequences.Count == 5) now.StopReading();
            },
        };
        running = rig.Run(stopped, Tens);
        await rig.AdvanceUntilAsync(running.Run);

        Assert.Equal((0, 0), (_bucket.Names.Count, stopped.Alive));
        await running.DisposeAsync();
        await rig.RestartAsync();
        await using var again = rig.Run(new ScriptedSpoolingSink(_bucket), Tens);
        await again.DrainAtOnceAsync();
        Assert.Equal(["acme/shop/1-10", "acme/shop/11-20"], _bucket.Names);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task A_batch_ends_when_the_record_it_ended_with_is_lost(int more)
    {
        var disk = new FaultyStorage();
        await using var rig = await RunnerRig.StartAsync(disk, records: 7);
        await rig.AppendAsync(3);
        await RunUntilAsync(Death.BeforeSending, rig, closed: 1, Tens);
        disk.Damage(disk.Files.Single(name => name.EndsWith(".seg", StringComparison.Ordinal)), bytes =>
        {
            bytes[^50] ^= 1;
            return bytes;
        });
        if (more > 0) await rig.AppendAsync(more);

        await using var running = rig.Run(new ScriptedSpoolingSink(_bucket), Tens);
        await RunnerRig.UntilAsync(() => running.Reader.Cursor == 10);

        Assert.Equal(["acme/shop/1-7"], _bucket.Names);
    }

    [Fact]
    public async Task Where_the_sink_has_no_room_any_more_the_batch_is_divided_and_stays_so()
    {
        await using var rig = await RunnerRig.StartAsync(records: 10);
        await RunUntilAsync(Death.BeforeSending, rig, closed: 1, Tens);
        var narrow = new ScriptedSpoolingSink(_bucket, NeverAnswersAsync) { HasRoom = (_, sequence) => sequence != 5 };
        await using (var running = rig.Run(narrow, Tens))
        {
            await RunnerRig.UntilAsync(() => narrow.Sending == 2);
            Assert.Equal([4, 10], running.Reader.Cuts);
        }

        await rig.RestartAsync();
        await using var again = rig.Run(new ScriptedSpoolingSink(_bucket), Tens);
        await again.DrainAtOnceAsync();
        Assert.Equal(["acme/shop/1-4", "acme/shop/5-10"], _bucket.Names);
    }

    /// <summary>Runs until so many batches are closed and have come so far; then the program dies and is started again.</summary>
    /// <returns>The cuts it finds.</returns>
    private async Task<long[]> RunUntilAsync(Death death, RunnerRig rig, int closed, SinkSettings settings, FaultyStorage? disk = null)
    {
        var sink = new ScriptedSpoolingSink(_bucket, (spool, _, stop) =>
        {
            if (death != Death.BeforeSending) spool.Put(death == Death.HalfSent ? 2 : int.MaxValue);
            if (death != Death.BeforeTheCommit) return NeverAnswersAsync(spool, 0, stop);
            disk!.Inject = (_, operation, _) => operation == StorageOperation.Write ? StorageFault.ProcessKilled : StorageFault.None;
            return Task.FromResult(SendResult.Delivered);
        });
        try
        {
            await using var running = rig.Run(sink, settings);
            await RunnerRig.UntilAsync(() => running.Run.IsCompleted || (sink.Sending == Math.Min(closed, settings.InFlight) && running.Reader.Cuts.Count == closed));
            running.Abandon();
        }
        catch (PowerLossException)
        {
            disk!.Inject = (_, _, _) => StorageFault.None;
        }

        Assert.Equal(0, sink.Alive);
        await rig.RestartAsync();
        var cuts = rig.Reader("sink").Cuts.ToArray();
        if (death == Death.BeforeTheCommit) Assert.NotEmpty(cuts);
        else Assert.Equal(closed, cuts.Length);
        return cuts;
    }

    private static async Task<SendResult> NeverAnswersAsync(ScriptedSpool spool, int send, CancellationToken stop)
    {
        await Task.Delay(Timeout.Infinite, stop);
        return SendResult.Delivered;
    }

    private static IEnumerable<long> Sequences(int first, int last) => Enumerable.Range(first, last - first + 1).Select(i => (long)i);
}
