using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using StepExport.Core.Delivery;
using StepExport.Core.Telemetry;
using StepExport.Testing;
using StepExport.Testing.Delivery;

namespace StepExport.Tests.Delivery;

/// <summary>A sink that does not keep up costs a known number of batches in memory, whatever lies in the journal.</summary>
public sealed class BackPressureTests
{
    [Fact]
    public async Task A_full_journal_is_not_kept_waiting_for_a_batch_to_become_full_or_old()
    {
        await using var rig = RunnerRig.StartSmall(journalSize: 20_000);
        await using var sink = rig.Run(new ScriptedSink((_, _) => SendResult.Delivered), RunnerRig.Settings with { BatchMaxEvents = 100_000, BatchMaxAge = TimeSpan.FromDays(1) });

        // Ten times what the journal has room for; the clock stands still.
        for (var i = 0; i < 200; i++) await rig.AppendAsync(10).WaitAsync(Hangs.After, TestContext.Current.CancellationToken);

        Assert.Equal(2000, rig.Journal.DurableSequence);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 1)]
    [InlineData(10, 5)]
    public async Task The_feed_stops_reading_when_the_channel_is_full_and_one_batch_is_in_hand(int batchSize, int channelSize)
    {
        await using var rig = await RunnerRig.StartAsync(records: 1000);
        var reader = rig.Reader("sink");
        var settings = RunnerRig.Settings with { BatchMaxEvents = batchSize };
        var metrics = new SinkMetrics("sink", rig.Time);
        var runner = new RunnerContext("sink", settings, metrics, new(metrics.Health), new(TimeSpan.Zero, TimeSpan.Zero, new(1)), rig.Time, NullLogger.Instance);
        var window = new InFlightWindow(0);
        await using var feed = new BatchFeed<PooledBatch>(new BatchBuilder(settings.BatchMaxBytes, batchSize), reader, window, new(reader, window, runner), Task.CompletedTask, runner);
        var batches = Channel.CreateBounded<PooledBatch>(channelSize);
        using var abandon = new CancellationTokenSource();

        // Everything it can do without waiting, it does before the call returns.
        var feeding = feed.RunAsync(batches.Writer, abandon.Token, abandon.Token);

        Assert.Equal((channelSize, channelSize + 1), (batches.Reader.Count, window.Count));
        Assert.True(reader.TryRead(out var next));
        Assert.Equal((channelSize + 1) * batchSize + 1, next.Sequence);
        await abandon.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => feeding);
    }
}
