using StepExport.Core.Delivery;
using StepExport.Testing.Delivery;
using StepExport.Testing.Journal;

namespace StepExport.Tests.Delivery;

/// <summary>Trouble of the destination and of the disk costs time, never a record.</summary>
public sealed class SpoolTroubleTests
{
    private readonly Bucket _bucket = new();

    private static SinkSettings Tens { get; } = RunnerRig.Settings with { BatchMaxAge = TimeSpan.FromDays(10) };

    [Fact]
    public async Task The_same_spool_is_sent_until_it_is_delivered()
    {
        await using var rig = await RunnerRig.StartAsync(records: 10);
        var sink = new ScriptedSpoolingSink(_bucket, (spool, send, _) => Task.FromResult(send <= 200 ? SendResult.Retry("HTTP 503") : spool.Put()));
        await using var running = rig.Run(sink, Tens);

        await running.DrainAsync();

        Assert.Equal(201, Assert.Single(sink.Spools).Sends);
        Assert.Equal((10, 2000), (running.Metrics.Delivered, running.Metrics.Retried));
        Assert.Equal(["acme/shop/1-10"], _bucket.Names);
    }

    [Fact]
    public async Task Nothing_of_a_spool_is_given_up_whatever_the_sink_says()
    {
        await using var rig = await RunnerRig.StartAsync(records: 10);
        var sink = new ScriptedSpoolingSink(_bucket, (spool, send, _) => send switch
        {
            1 => throw new InvalidOperationException("a bug"),
            2 => Task.FromResult(SendResult.Rejected("too large", "HTTP 413")),
            3 => Task.FromResult(SendResult.PerRecord([RecordOutcome.Delivered, RecordOutcome.Rejected], "one of them")),
            _ => Task.FromResult(spool.Put()),
        });
        await using var running = rig.Run(sink, Tens);

        await rig.AdvanceUntilAsync(RunnerRig.UntilAsync(() => !running.Metrics.Health.Current.Ok));
        Assert.Equal("part of a spool was refused: too large (HTTP 413)", running.Metrics.Health.Current.Reason);
        await running.DrainAsync();

        Assert.Equal((10, 30, 0), (running.Metrics.Delivered, running.Metrics.Retried, rig.DeadLetters.Count));
        Assert.Equal(Sequences(1, 10), _bucket.Sequences);
        Assert.True(rig.Time.GetUtcNow() - rig.Time.Start >= RunnerRig.Settings.RetryMax, "a person has to act: twice at least half the longest wait");
    }

    [Fact]
    public async Task A_send_without_an_answer_is_given_up_after_the_timeout_and_asked_again()
    {
        await using var rig = await RunnerRig.StartAsync(records: 10);
        var sink = new ScriptedSpoolingSink(_bucket, async (spool, send, stop) =>
        {
            if (send == 1) await Task.Delay(Timeout.Infinite, stop);
            return spool.Put();
        });
        await using var running = rig.Run(sink, Tens with { Timeout = TimeSpan.FromMinutes(5) });

        await running.DrainAsync();

        Assert.Equal(2, Assert.Single(sink.Spools).Sends);
        Assert.True(rig.Time.GetUtcNow() - rig.Time.Start >= TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task While_a_spool_cannot_be_written_nothing_more_is_read_and_nothing_is_lost()
    {
        await using var rig = await RunnerRig.StartAsync(records: 30);
        var full = true;
        var attempts = 0;
        var sink = new ScriptedSpoolingSink(_bucket)
        {
            BeforeFlush = spool =>
            {
                if (spool.Sequences.Count != 4 || !Volatile.Read(ref full)) return;
                attempts++;
                throw new IOException("no space left on device");
            },
        };
        await using var running = rig.Run(sink, Tens);

        await rig.AdvanceUntilAsync(RunnerRig.UntilAsync(() => Volatile.Read(ref attempts) >= 3));
        Assert.Equal("the spool cannot be written: no space left on device", running.Metrics.Health.Current.Reason);
        Assert.Equal(6, running.Reader.Next);

        Volatile.Write(ref full, false);
        await running.DrainAsync();
        Assert.Equal(Sequences(1, 30), _bucket.Sequences);
        Assert.True(running.Metrics.Health.Current.Ok);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stop_ends_the_wait_for_a_full_disk_and_the_batch_comes_again(bool abandon)
    {
        await using var rig = await RunnerRig.StartAsync(records: 10);
        var sink = new ScriptedSpoolingSink(_bucket) { BeforeFlush = spool => throw new IOException("no space left on device") };
        await using (var running = rig.Run(sink, Tens))
        {
            await RunnerRig.UntilAsync(() => !running.Metrics.Health.Current.Ok);

            if (abandon) running.Abandon();
            else running.StopReading();
            await running.Run;
        }

        Assert.Equal((0, 0), (sink.Alive, _bucket.Names.Count));
        await rig.RestartAsync();
        await using var again = rig.Run(new ScriptedSpoolingSink(_bucket), Tens);
        await again.DrainAtOnceAsync();
        Assert.Equal(Sequences(1, 10), _bucket.Sequences);
    }

    [Fact]
    public async Task Nothing_of_a_batch_is_sent_before_its_end_is_marked()
    {
        var disk = new FaultyStorage();
        await using var rig = await RunnerRig.StartAsync(disk, records: 10);
        disk.Inject = (_, operation, _) => operation == StorageOperation.Sync ? StorageFault.IoError : StorageFault.None;
        var markedAtSend = new List<long>();
        var sink = new ScriptedSpoolingSink(_bucket, (spool, _, _) =>
        {
            markedAtSend.AddRange(rig.Reader("sink").Cuts);
            return Task.FromResult(spool.Put());
        });
        await using var running = rig.Run(sink, Tens);

        await rig.AdvanceUntilAsync(RunnerRig.UntilAsync(() => !running.Metrics.Health.Current.Ok && rig.Time.GetUtcNow() - rig.Time.Start > TimeSpan.FromMinutes(1)));
        Assert.StartsWith("the end of a batch cannot be marked: input/output error", running.Metrics.Health.Current.Reason, StringComparison.Ordinal);
        Assert.Equal(0, running.Metrics.Requests);

        disk.Inject = (_, _, _) => StorageFault.None;
        await running.DrainAsync();
        Assert.Equal((10, 1), (Assert.Single(markedAtSend), sink.Spools.Count));
        Assert.True(running.Metrics.Health.Current.Ok);
    }

    [Fact]
    public async Task The_end_of_the_drain_time_disposes_of_every_spool()
    {
        await using var rig = await RunnerRig.StartAsync(records: 100);
        var sink = new ScriptedSpoolingSink(_bucket, async (_, _, stop) =>
        {
            await Task.Delay(Timeout.Infinite, stop);
            return SendResult.Delivered;
        });
        await using var running = rig.Run(sink, Tens with { InFlight = 2 });
        await RunnerRig.UntilAsync(() => sink.Sending == 2 && running.Reader.Cuts.Count == 4);
        Assert.Equal(4, sink.Alive);

        running.Abandon();
        await running.Run;

        Assert.Equal((0, 0, 0), (sink.Alive, running.Reader.Cursor, _bucket.Names.Count));
    }

    [Fact]
    public async Task The_end_of_the_drain_time_disposes_of_a_spool_that_is_not_closed()
    {
        var disk = new FaultyStorage();
        await using var rig = await RunnerRig.StartAsync(disk, records: 15);
        var sink = new ScriptedSpoolingSink(_bucket);
        await using var running = rig.Run(sink, Tens);
        await RunnerRig.UntilAsync(() => running.Reader.Next == 16 && running.Reader.Cursor == 10 && sink.Alive == 1);

        // Now its end cannot be marked, so that the stop finds it being closed.
        disk.Inject = (_, operation, _) => operation == StorageOperation.Sync ? StorageFault.IoError : StorageFault.None;
        running.StopReading();
        await RunnerRig.UntilAsync(() => !running.Metrics.Health.Current.Ok);
        running.Abandon();
        await running.Run;

        Assert.Equal((0, 1), (sink.Alive, _bucket.Names.Count));
    }

    [Fact]
    public async Task A_spool_that_cannot_be_removed_costs_no_record()
    {
        await using var rig = await RunnerRig.StartAsync(records: 30);
        var sink = new ScriptedSpoolingSink(_bucket) { AfterRemoval = () => throw new IOException("input/output error") };
        await using var running = rig.Run(sink, Tens);

        await running.DrainAtOnceAsync();

        Assert.Equal(Sequences(1, 30), _bucket.Sequences);
    }

    private static IEnumerable<long> Sequences(int first, int last) => Enumerable.Range(first, last - first + 1).Select(i => (long)i);
}
