using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using StepExport.Core.Delivery;
using StepExport.Core.Model;
using StepExport.Core.Telemetry;
using StepExport.Testing.Delivery;

namespace StepExport.Tests.Delivery;

public sealed class SpoolFeedTests
{
    private const int Records = 20_000;

    [Fact]
    public async Task A_record_on_its_way_into_a_spool_allocates_nothing()
    {
        await using var rig = await RunnerRig.StartAsync(records: 0);
        for (var i = 0; i < Records / 200; i++) await rig.AppendAsync(200);
        var reader = rig.Reader("sink");
        var settings = RunnerRig.Settings with { BatchMaxEvents = int.MaxValue, Filter = RecordFilter.Create(Severity.Low, ["*"], ["acme/*"]) };
        var metrics = new SinkMetrics("sink", rig.Time);
        var runner = new RunnerContext("sink", settings, metrics, new(metrics.Health), new(TimeSpan.Zero, TimeSpan.Zero, new(1)), rig.Time, NullLogger.Instance);
        var window = new InFlightWindow(0);
        var committer = new CursorCommitter(reader, window, runner);
        var spool = new CountingSpool();
        await using var feed = new BatchFeed<SpooledBatch>(new SpoolBuilder(spool, reader, committer, runner), reader, window, committer, new TaskCompletionSource().Task, runner);
        using var stop = new CancellationTokenSource();

        // Everything it can do without waiting, it does before the call returns.
        var before = GC.GetAllocatedBytesForCurrentThread();
        var feeding = feed.RunAsync(Channel.CreateBounded<SpooledBatch>(1).Writer, stop.Token, stop.Token);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(Records, spool.Records);
        Assert.True(allocated < Records * 20, $"{allocated / Records} bytes per record; the smallest object has 24");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => feeding);
    }

    private sealed class CountingSpool : ISpoolingSink, ISpool
    {
        public int Records { get; private set; }

        public long EncodedBytes => 0;

        public ISpool OpenSpool(bool replayed) => this;

        public bool HasRoomFor(in ExportRecord record) => true;

        public void Add(in ExportRecord record) => Records++;

        public void Flush()
        {
        }

        public ValueTask<SendResult> SendAsync(CancellationToken cancellationToken) => new(SendResult.Delivered);

        public ValueTask<SendResult> SendAsync(Batch batch, CancellationToken cancellationToken) => new(SendResult.Delivered);

        public Task<CheckResult> CheckAsync(CancellationToken cancellationToken) => Task.FromResult(new CheckResult(true, ""));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
