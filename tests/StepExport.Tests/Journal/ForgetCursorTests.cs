using StepExport.Core.Journal;
using StepExport.Testing.Journal;
using static StepExport.Tests.Journal.JournalOnDisk;

namespace StepExport.Tests.Journal;

/// <summary>A sink that has to read again what the journal still holds.</summary>
public sealed class ForgetCursorTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_forgotten_sink_begins_with_the_oldest_record_there_is(bool removed)
    {
        var disk = await ReadAsync(checks: 6, bus: 3);
        await using (var before = JournalOnDisk.Open(disk))
        {
            if (removed) before.Retire(["bus"]);
        }

        await using var journal = JournalOnDisk.Open(disk);
        journal.ForgetCursor("checks");
        using var bus = journal.OpenReader("bus");
        using var checks = journal.OpenReader("checks");
        Assert.Equal([3, 4, 5, 6], checks.Numbers());
        Assert.Equal([4, 5, 6], bus.Numbers());
        Assert.Equal(0, journal.Damages);
    }

    [Fact]
    public async Task Forgetting_survives_a_power_loss()
    {
        // Each seed is a disk that keeps other ones of the names that were not fsynced.
        for (var seed = 0; seed < 10; seed++)
        {
            var disk = await ReadAsync(checks: 6, bus: 3, new FaultyStorage(seed));
            await using (var journal = JournalOnDisk.Open(disk)) journal.ForgetCursor("checks");
            await using var again = JournalOnDisk.Open(disk.AfterPowerLoss());
            using var checks = again.OpenReader("checks");
            Assert.Equal([3, 4, 5, 6], checks.Numbers());
        }
    }

    [Fact]
    public async Task What_was_never_there_or_is_damaged_can_be_forgotten()
    {
        var disk = await ReadAsync(checks: 6, bus: 3);
        disk.Damage("checks.cursor", bytes => new byte[bytes.Length]);
        await using var journal = JournalOnDisk.Open(disk);
        journal.ForgetCursor("checks");
        journal.ForgetCursor("nobody");
        using var checks = journal.OpenReader("checks", StartFrom.Now);
        await journal.AppendAsync(Numbered(7), Cancel);
        Assert.Equal([7], checks.Numbers());
    }

    [Fact]
    public async Task A_sink_with_a_reader_cannot_be_forgotten()
    {
        var disk = await ReadAsync(checks: 6, bus: 3);
        await using var journal = JournalOnDisk.Open(disk);
        var checks = journal.OpenReader("checks");
        Assert.Throws<InvalidOperationException>(() => journal.ForgetCursor("checks"));
        checks.Dispose();
        journal.ForgetCursor("checks");
    }

    [Theory]
    [InlineData(StorageFault.PowerLoss)]
    [InlineData(StorageFault.PowerLossHalfway)]
    [InlineData(StorageFault.ProcessKilled)]
    [InlineData(StorageFault.IoError)]
    internal async Task Whatever_fails_the_sink_goes_on_where_it_was_or_begins_anew(StorageFault fault)
    {
        var operations = await EveryOperation.StrikeAsync(fault, seeds: 2, async (_, disk) =>
        {
            var inject = disk.Inject;
            disk.Inject = (_, _, _) => StorageFault.None;
            await ReadAsync(checks: 4, bus: 3, disk);
            var first = 0;
            disk.Inject = (number, operation, path) => inject(number - (first = first == 0 ? number - 1 : first), operation, path);
            try
            {
                await using var journal = JournalOnDisk.Open(disk);
                journal.ForgetCursor("checks");
                using var reader = journal.OpenReader("checks");
            }
            catch (Exception e) when (e is PowerLossException or IOException)
            {
            }

            disk.Inject = (_, _, _) => StorageFault.None;
            await using var again = JournalOnDisk.Open(disk.AfterPowerLoss());
            using var checks = again.OpenReader("checks");
            Assert.Contains(checks.Numbers().First(), (int[])[3, 5]);
            Assert.Equal(0, again.Damages);
        });
        Assert.True(operations > 8, $"only {operations} operations");
    }

    /// <summary>Six records in three segments; two sinks have come so far, and what both have passed is gone.</summary>
    private static async Task<FaultyStorage> ReadAsync(int checks, int bus, FaultyStorage? disk = null)
    {
        disk ??= new FaultyStorage();
        await using var journal = JournalOnDisk.Open(disk);
        using var first = journal.OpenReader("checks");
        using var second = journal.OpenReader("bus");
        for (var number = 1; number <= 6; number++) await journal.AppendAsync(Numbered(number), default);
        first.ReadAll();
        first.Commit(checks);
        second.ReadAll();
        second.Commit(bus);
        return disk;
    }
}
