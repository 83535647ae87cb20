using StepExport.Testing.Journal;

namespace StepExport.Tests.Journal;

/// <summary>The scripted run with one fault at every storage operation, against the model.</summary>
public sealed class JournalCrashTests
{
    private const int Seeds = 6;

    [Theory]
    [InlineData(StorageFault.PowerLoss)]
    [InlineData(StorageFault.PowerLossHalfway)]
    internal async Task Nothing_acknowledged_is_lost_when_the_power_goes_at_any_operation(StorageFault fault)
    {
        await AtEveryOperation(fault, async (script, disk) =>
        {
            await script.RunUntilPowerLossAsync(disk);
            await script.VerifyAsync(disk.AfterPowerLoss());
        });
    }

    [Fact]
    public async Task What_recovery_finds_after_a_killed_process_survives_a_power_loss()
    {
        await AtEveryOperation(StorageFault.ProcessKilled, async (script, disk) =>
        {
            await script.RunUntilPowerLossAsync(disk);
            disk.Inject = (_, _, _) => StorageFault.None;
            long found;
            await using (var journal = CrashScript.Open(disk)) found = journal.DurableSequence;
            var left = disk.AfterPowerLoss();
            await script.VerifyAsync(left, found);
        });
    }

    [Theory]
    [InlineData(StorageFault.DiskFull)]
    [InlineData(StorageFault.IoError)]
    internal async Task A_failing_operation_delays_and_loses_nothing(StorageFault fault)
    {
        await AtEveryOperation(fault, async (script, disk) =>
        {
            await script.RunAsync(disk);
            await script.VerifyAsync(disk.AfterPowerLoss());
        });
    }

    [Fact]
    public async Task Recovery_itself_may_be_interrupted_at_any_operation()
    {
        await AtEveryOperation(StorageFault.PowerLossHalfway, async (script, disk) =>
        {
            await script.RunUntilPowerLossAsync(disk);
            for (var at = 1; ; at++)
            {
                disk = disk.AfterPowerLoss();
                var stop = at;
                disk.Inject = (number, _, _) => number == stop ? StorageFault.PowerLoss : StorageFault.None;
                try
                {
                    await CrashScript.Open(disk).DisposeAsync();
                    break;
                }
                catch (PowerLossException)
                {
                }
            }

            await script.VerifyAsync(disk.AfterPowerLoss());
        });
    }

    private static async Task AtEveryOperation(StorageFault fault, Func<CrashScript, FaultyStorage, Task> run)
    {
        var operations = await EveryOperation.StrikeAsync(fault, Seeds, (_, disk) => run(new(), disk));
        Assert.True(operations > 60, $"only {operations} operations");
    }
}
