using System.Globalization;
using System.Text;

namespace StepExport.Core.Journal;

/// <summary>Keeps a second process out of a data directory. The operating system lets go of it when the process dies, however it dies.</summary>
internal sealed class DataDirectoryLock : IDisposable
{
    private readonly FileStream _file;

    private DataDirectoryLock(FileStream file) => _file = file;

    /// <summary>Creates the directory when it is missing and locks the file <c>lock</c> in it, which then holds this process's id.</summary>
    /// <exception cref="DataDirectoryInUseException">Another process has it; the message names its id.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public static DataDirectoryLock Acquire(string dataDirectory)
    {
        new FileJournalStorage().CreateDirectory(dataDirectory);
        var path = Path.Combine(dataDirectory, "lock");
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        FileStream file;
        try
        {
            file = new(path, options);
        }
        catch (IOException e) when (Holder(path) is { } holder)
        {
            throw new DataDirectoryInUseException($"{dataDirectory} is in use by process {holder}; one data directory serves one process", e);
        }

        file.SetLength(0);
        file.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n"));
        file.Flush(flushToDisk: true);
        return new(file);
    }

    /// <summary>Process id of who seems to have the directory, without trying the lock: that would get in the way of a program that
    /// is just starting. Null when nobody does. After a kill -9 it may name a process of another program.</summary>
    public static string? HolderOf(string dataDirectory)
    {
        var path = Path.Combine(dataDirectory, "lock");
        if (!File.Exists(path) || Holder(path) is not { } holder || !int.TryParse(holder, CultureInfo.InvariantCulture, out var id)) return null;
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(id);
            return holder;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The file stays: deleting it would let two processes hold two files of the same name.</summary>
    public void Dispose()
    {
        if (_file.CanWrite) _file.SetLength(0);
        _file.Dispose();
    }

    /// <summary>Process id in the file of another holder; null when it cannot be read, and then the first error is as good as any.</summary>
    private static string? Holder(string path)
    {
        if (OperatingSystem.IsWindows()) return null;
        try
        {
            using var handle = Unix.OpenForReading(path);
            var bytes = new byte[20];
            var id = Encoding.ASCII.GetString(bytes, 0, RandomAccess.Read(handle, bytes, 0)).Trim();
            return id.Length > 0 ? id : "unknown";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
