using StepExport.Testing.Journal;

namespace StepExport.Tests.Journal;

/// <summary>Sinks that come and go, with one fault at every storage operation, against the model.</summary>
public sealed class SinkLifeCrashTests
{
    private const int Seeds = 5;

    [Theory]
    [InlineData(StorageFault.PowerLoss)]
    [InlineData(StorageFault.PowerLossHalfway)]
    internal Task No_sink_forgets_where_it_was_when_the_power_goes_at_any_operation(StorageFault fault) =>
        AtEveryOperation(fault, async (script, disk) =>
        {
            await script.RunUntilPowerLossAsync(disk);
            await script.VerifyAsync(disk.AfterPowerLoss());
        });

    [Fact]
    public Task What_a_start_finds_after_a_killed_process_survives_a_power_loss() =>
        AtEveryOperation(StorageFault.ProcessKilled, async (script, disk) =>
        {
            await script.RunUntilPowerLossAsync(disk);
            disk.Inject = (_, _, _) => StorageFault.None;
            await JournalOnDisk.Open(disk).DisposeAsync();
            await script.VerifyAsync(disk.AfterPowerLoss());
        });

    [Theory]
    [InlineData(StorageFault.DiskFull)]
    [InlineData(StorageFault.IoError)]
    internal Task A_failing_operation_changes_no_decision(StorageFault fault) =>
        AtEveryOperation(fault, async (script, disk) =>
        {
            await script.RunAsync(disk);
            await script.VerifyAsync(disk.AfterPowerLoss());
        });

    private static async Task AtEveryOperation(StorageFault fault, Func<SinkLifeScript, FaultyStorage, Task> run)
    {
        var operations = await EveryOperation.StrikeAsync(fault, Seeds, (_, disk) => run(new(), disk));
        Assert.True(operations > 60, $"only {operations} operations");
    }
}
