using StepExport.Core.Journal;

namespace StepExport.Tests.Journal;

/// <summary>The real file system keeps the contract that the simulated one is tested with.</summary>
public sealed class FileJournalStorageTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("storage-").FullName;
    private readonly FileJournalStorage _storage = new();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Buffers_are_written_one_behind_the_other_and_read_back()
    {
        using var file = _storage.Create(In("a"));
        // More buffers than one system call takes.
        var buffers = Enumerable.Range(0, 3_000).Select(i => new ReadOnlyMemory<byte>([(byte)i, (byte)(i >> 8)])).ToArray();
        file.Write(buffers, 10);
        file.Sync();
        var read = new byte[10_000];
        Assert.Equal(6_000, file.Read(read, 10));
        Assert.Equal(buffers.SelectMany(buffer => buffer.ToArray()), read.Take(6_000));
        file.Truncate(12);
        Assert.Equal(12, file.Length);
        Assert.Equal(2, file.Read(read, 10));
    }

    [Fact]
    public void A_full_device_is_told_apart_from_a_broken_one()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "there is no /dev/full here");
        using var file = _storage.Open("/dev/full", writable: true);
        Assert.Throws<DiskFullException>(() => file.Write([new byte[10]], 0));
    }

    [Fact]
    public void Every_failure_is_an_IOException()
    {
        _storage.Create(In("a")).Dispose();
        Assert.ThrowsAny<IOException>(() => _storage.Create(In("a")));
        Assert.ThrowsAny<IOException>(() => _storage.Open(In("missing"), writable: false));
        Assert.ThrowsAny<IOException>(() => _storage.Open(_directory, writable: true));
        Assert.ThrowsAny<IOException>(() => _storage.SyncDirectory(In("missing")));
        Assert.ThrowsAny<IOException>(() => _storage.Delete(_directory));
        Assert.ThrowsAny<IOException>(() => _storage.List(In("missing")));
        Assert.ThrowsAny<IOException>(() => _storage.CreateDirectory(In("a")));
    }

    [Fact]
    public void A_file_keeps_its_content_under_another_name_also_for_who_has_it_open()
    {
        using var file = _storage.Create(In("a.new"));
        _storage.Rename(In("a.new"), In("a"));
        file.Write([new byte[] { 7 }], 0);
        file.Sync();
        Assert.Equal(["a"], _storage.List(_directory));
        using var again = _storage.Open(In("a"), writable: false);
        Assert.Equal(1, again.Length);
        Assert.ThrowsAny<IOException>(() => _storage.Rename(In("missing"), In("b")));
    }

    [Fact]
    public void A_segment_can_be_deleted_while_a_reader_has_it_open()
    {
        using var writer = _storage.Create(In("a"));
        using var reader = _storage.Open(In("a"), writable: false);
        _storage.Delete(In("a"));
        _storage.SyncDirectory(_directory);
        Assert.Empty(_storage.List(_directory));
    }

    [Fact]
    public void Files_and_folders_belong_to_their_owner_alone()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no Unix modes");
            return;
        }

        _storage.CreateDirectory(In("journal"));
        _storage.Create(In("journal/a")).Dispose();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(In("journal")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(In("journal/a")));
    }

    private string In(string name) => Path.Combine(_directory, name);
}
