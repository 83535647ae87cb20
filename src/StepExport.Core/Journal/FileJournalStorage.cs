namespace StepExport.Core.Journal;

/// <summary>The journal on the real file system.</summary>
internal sealed class FileJournalStorage : IJournalStorage
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerFile | UnixFileMode.UserExecute;

    public void CreateDirectory(string path) => Guard(path, static path =>
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Directory.Exists(full)) return;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(full);
        else Directory.CreateDirectory(full, OwnerFolder);
        if (Path.GetDirectoryName(full) is { } parent) Unix.SyncDirectory(parent);
    });

    public IReadOnlyList<string> List(string directory) =>
        Guard(directory, static path => Directory.GetFiles(path).Select(file => Path.GetFileName(file)).ToArray());

    public IJournalFile Create(string path) => Guard(path, static path => Open(path, FileMode.CreateNew, FileAccess.ReadWrite));

    public IJournalFile Open(string path, bool writable) => writable
        ? Guard(path, static path => Open(path, FileMode.Open, FileAccess.ReadWrite))
        : Guard(path, static path => Open(path, FileMode.Open, FileAccess.Read));

    public void Delete(string path) => Guard(path, File.Delete);

    public void Rename(string path, string newPath) => Guard(path, old => File.Move(old, newPath));

    public void SyncDirectory(string path) => Guard(path, Unix.SyncDirectory);

    private static JournalFile Open(string path, FileMode mode, FileAccess access)
    {
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = access,
            // Readers open a segment while it is written, and it may be deleted while one still has it open.
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
        };
        if (mode == FileMode.CreateNew && !OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerFile;
        return new(new FileStream(path, options), path);
    }

    private static void Guard(string path, Action<string> operation) => Guard(path, p =>
    {
        operation(p);
        return true;
    });

    private static T Guard<T>(string path, Func<string, T> operation)
    {
        try
        {
            return operation(path);
        }
        catch (IOException e) when (IsDiskFull(e))
        {
            throw new DiskFullException(e.Message, e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>.NET keeps the raw error number in HResult on Unix.</summary>
    private static bool IsDiskFull(IOException e)
    {
        const int noSpace = 28, windowsDiskFull = unchecked((int)0x80070070);
        var quota = OperatingSystem.IsMacOS() ? 69 : 122;
        return OperatingSystem.IsWindows() ? e.HResult == windowsDiskFull : e.HResult == noSpace || e.HResult == quota;
    }

    private sealed class JournalFile(FileStream stream, string path) : IJournalFile
    {
        public long Length => RandomAccess.GetLength(stream.SafeFileHandle);

        public int Read(Span<byte> buffer, long position)
        {
            var total = 0;
            while (total < buffer.Length)
            {
                var read = RandomAccess.Read(stream.SafeFileHandle, buffer[total..], position + total);
                if (read == 0) break;
                total += read;
            }

            return total;
        }

        public void Write(IReadOnlyList<ReadOnlyMemory<byte>> buffers, long position) =>
            Guard(path, _ => RandomAccess.Write(stream.SafeFileHandle, buffers, position));

        public void Sync() => Guard(path, p => Unix.SyncData(stream.SafeFileHandle, p));

        public void Truncate(long length) => Guard(path, _ => RandomAccess.SetLength(stream.SafeFileHandle, length));

        public void Dispose() => stream.Dispose();
    }
}
