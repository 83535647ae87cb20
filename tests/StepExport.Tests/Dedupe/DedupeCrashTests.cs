using StepExport.Testing.Journal;

namespace StepExport.Tests.Dedupe;

/// <summary>The scripted run with one fault at every storage operation: nothing acknowledged is lost, nothing that is known is written twice.</summary>
public sealed class DedupeCrashTests
{
    private const int Seeds = 3;

    [Theory]
    [InlineData(StorageFault.PowerLoss, false)]
    [InlineData(StorageFault.PowerLossHalfway, false)]
    [InlineData(StorageFault.PowerLossHalfway, true)]
    internal async Task Every_record_is_there_once_when_the_power_goes_at_any_operation(StorageFault fault, bool storeDeleted)
    {
        await AtEveryOperation(fault, async (script, disk) =>
        {
            await script.RunUntilPowerLossAsync(disk);
            await script.VerifyAsync(disk.AfterPowerLoss(), storeDeleted);
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_record_is_there_once_when_the_process_is_killed_at_any_operation(bool storeDeleted)
    {
        await AtEveryOperation(StorageFault.ProcessKilled, async (script, disk) =>
        {
            await script.RunUntilPowerLossAsync(disk);
            disk.Inject = (_, _, _) => StorageFault.None;
            await script.VerifyAsync(disk, storeDeleted);
        });
    }

    [Theory]
    [InlineData(StorageFault.DiskFull)]
    [InlineData(StorageFault.IoError)]
    internal async Task Every_record_is_there_once_when_any_operation_fails(StorageFault fault)
    {
        await AtEveryOperation(fault, async (script, disk) =>
        {
            await script.RunAsync(disk);
            await script.VerifyAsync(disk.AfterPowerLoss(), storeDeleted: false);
        });
    }

    private static async Task AtEveryOperation(StorageFault fault, Func<DedupeCrashScript, FaultyStorage, Task> run)
    {
        var operations = await EveryOperation.StrikeAsync(fault, Seeds, async (seed, disk) =>
        {
            using var script = new DedupeCrashScript(seed);
            await run(script, disk);
        });
        Assert.True(operations > 50, $"only {operations} operations");
    }
}
