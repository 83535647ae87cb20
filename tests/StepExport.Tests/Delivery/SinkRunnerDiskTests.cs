using StepExport.Testing.Delivery;
using StepExport.Testing.Journal;

namespace StepExport.Tests.Delivery;

/// <summary>A disk that fails for a while is waited out, and shows.</summary>
public sealed class SinkRunnerDiskTests
{
    [Fact]
    public async Task A_journal_that_cannot_be_read_is_read_when_it_can_be_again()
    {
        var disk = new FaultyStorage();
        await using var rig = await RunnerRig.StartAsync(disk, records: 30);
        disk.BeforeRead = () => throw new IOException("input/output error");
        var sink = ScriptedSink.TakesEverything();
        await using var running = rig.Run(sink);
        await RunnerRig.UntilAsync(() => !running.Metrics.Health.Current.Ok);
        Assert.Contains("the journal cannot be read: input/output error", running.Metrics.Health.Current.Reason, StringComparison.Ordinal);

        disk.BeforeRead = () => { };
        await running.DrainAsync();

        Assert.Equal(Enumerable.Range(1, 30).Select(i => (long)i), sink.Delivered.Order());
        await RunnerRig.UntilAsync(() => running.Metrics.Health.Current.Ok);
    }

    [Fact]
    public async Task A_cursor_that_cannot_be_written_holds_no_delivery_and_is_written_later()
    {
        var disk = new FaultyStorage();
        await using var rig = await RunnerRig.StartAsync(disk, records: 30);
        disk.Inject = (_, operation, _) => operation == StorageOperation.Sync ? StorageFault.IoError : StorageFault.None;
        var sink = ScriptedSink.TakesEverything();
        await using var running = rig.Run(sink);

        await RunnerRig.UntilAsync(() => sink.Delivered.Count == 30 && !running.Metrics.Health.Current.Ok);
        Assert.Contains("the cursor cannot be written", running.Metrics.Health.Current.Reason, StringComparison.Ordinal);
        Assert.Equal((0, 0), (running.Reader.Cursor, running.Metrics.Committed));

        disk.Inject = (_, _, _) => StorageFault.None;
        await running.DrainAsync();
        Assert.Equal((30, 3), (running.Metrics.Committed, sink.Sends.Count));
        Assert.True(running.Metrics.Health.Current.Ok);
    }
}
