using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace StepExport.Core.Journal;

/// <summary>What .NET has no call for.</summary>
internal static partial class Unix
{
    private const int ReadOnly = 0;

    /// <summary>fsync of a directory; nothing on Windows, which has no such thing.</summary>
    public static void SyncDirectory(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        using var handle = OpenForReading(path);
        if (Sync(handle) != 0) throw Failure("fsync", path);
    }

    /// <summary>fdatasync where there is one: the content and the length are durable on return, but a change of times alone costs
    /// no write of the file system's own journal.</summary>
    public static void SyncData(SafeFileHandle file, string path)
    {
        if (!OperatingSystem.IsLinux()) RandomAccess.FlushToDisk(file);
        else if (SyncContent(file) != 0) throw Failure("fdatasync", path);
    }

    /// <summary>Opens a file without the lock that .NET takes on every file it opens.</summary>
    public static SafeFileHandle OpenForReading(string path)
    {
        var handle = Open(path, ReadOnly);
        if (!handle.IsInvalid) return handle;
        var failure = Failure("open", path);
        handle.Dispose();
        throw failure;
    }

    private static IOException Failure(string call, string path)
    {
        var error = Marshal.GetLastPInvokeError();
        return new($"{call} {path}: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int SyncContent(SafeFileHandle handle);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(SafeFileHandle handle);
}
