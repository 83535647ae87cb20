using StepExport.Core.Journal;

namespace StepExport.Tests.Journal;

public sealed class DataDirectoryLockTests : IDisposable
{
    private readonly string _parent = Directory.CreateTempSubdirectory("lock-").FullName;

    private string Data => Path.Combine(_parent, "data");

    public void Dispose() => Directory.Delete(_parent, recursive: true);

    [Fact]
    public void A_second_holder_is_told_who_the_first_is()
    {
        using var first = DataDirectoryLock.Acquire(Data);
        var refusal = Assert.Throws<DataDirectoryInUseException>(() => DataDirectoryLock.Acquire(Data));
        Assert.Contains($"{Data} is in use by process {Environment.ProcessId}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void It_can_be_taken_again_once_it_is_released_or_its_holder_is_dead()
    {
        DataDirectoryLock.Acquire(Data).Dispose();
        File.WriteAllText(Path.Combine(Data, "lock"), "4711\n");
        using var again = DataDirectoryLock.Acquire(Data);
    }

    [Fact]
    public void Folder_and_file_belong_to_their_owner_alone()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no Unix modes");
            return;
        }

        using var held = DataDirectoryLock.Acquire(Data);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Data));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Data, "lock")));
    }
}
