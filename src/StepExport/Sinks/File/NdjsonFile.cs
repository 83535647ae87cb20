using Microsoft.Win32.SafeHandles;
using StepExport.Core.Journal;
using IOFile = System.IO.File;
using IOPath = System.IO.Path;

namespace StepExport.Sinks.File;

/// <summary>The open output file. It ends with a line feed at all times but during a write. One thread at a time.</summary>
internal sealed class NdjsonFile : IDisposable
{
    private const byte LineFeed = (byte)'\n';
    private static readonly FileJournalStorage Storage = new();
    private readonly FileStream _stream;
    private readonly SafeFileHandle _handle;
    private readonly string _path;

    private NdjsonFile(string path, FileStream stream, long length, long cut, DateTimeOffset createdAt) =>
        (_path, _stream, _handle, Length, Cut, CreatedAt) = (path, stream, stream.SafeFileHandle, length, cut, createdAt);

    /// <summary>Bytes of whole lines.</summary>
    public long Length { get; private set; }

    /// <summary>Bytes of a torn last line that opening cut off.</summary>
    public long Cut { get; }

    public DateTimeOffset CreatedAt { get; }

    /// <summary>Opens or creates the file (and its folders) durably, and cuts what a crash left behind the last line feed.</summary>
    /// <exception cref="InvalidDataException">The unfinished last line is no JSON object: another program's file is left alone.</exception>
    /// <exception cref="IOException">The file cannot be opened, read or mended.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not write there.</exception>
    public static NdjsonFile Open(string path, UnixFileMode mode, TimeProvider time)
    {
        var folder = IOPath.GetDirectoryName(path)!;
        CreateFolder(folder);
        var isNew = !IOFile.Exists(path);
        var stream = OpenOrCreate(path, mode);
        try
        {
            var handle = stream.SafeFileHandle;
            var length = RandomAccess.GetLength(handle);
            var whole = LengthOfWholeLines(handle, length);
            if (whole < length)
            {
                RandomAccess.SetLength(handle, whole);
                RandomAccess.FlushToDisk(handle);
            }

            if (isNew) Storage.SyncDirectory(folder);
            return new(path, stream, whole, length - whole, isNew ? time.GetUtcNow() : IOFile.GetCreationTimeUtc(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Whether the path still leads to this file as it was left: not removed, replaced or changed by someone else.</summary>
    public bool IsInPlace() => new FileInfo(_path) is { Exists: true } info && info.Length == Length;

    /// <summary>Writes whole lines; durable on return.</summary>
    /// <exception cref="IOException">Disk full or failing. Nothing of the lines is in the file if it could still be shortened;
    /// else opening it again mends it.</exception>
    public void Append(ReadOnlySpan<byte> lines)
    {
        try
        {
            RandomAccess.Write(_handle, lines, Length);
            RandomAccess.FlushToDisk(_handle);
        }
        catch (IOException)
        {
            TakeBack();
            throw;
        }

        Length += lines.Length;
    }

    /// <summary>Gives the finished file its final name, durably once <see cref="Open"/> has made the next one.</summary>
    public void MoveTo(string rotated)
    {
        IOFile.Move(_path, rotated, overwrite: false);
        Storage.SyncDirectory(IOPath.GetDirectoryName(_path)!);
    }

    public void Dispose() => _stream.Dispose();

    /// <summary>A stream, because only it can create a file with its mode; nothing goes through its buffer.</summary>
    private static FileStream OpenOrCreate(string path, UnixFileMode mode)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = mode;
        return new(path, options);
    }

    private void TakeBack()
    {
        try
        {
            RandomAccess.SetLength(_handle, Length);
        }
        catch (IOException)
        {
            // The failed write is what the operator hears of; opening the file again cuts at the last line feed.
        }
    }

    private static void CreateFolder(string folder)
    {
        if (Directory.Exists(folder)) return;
        var parent = IOPath.GetDirectoryName(folder);
        if (parent is not null) CreateFolder(parent);
        Directory.CreateDirectory(folder);
        if (parent is not null) Storage.SyncDirectory(parent);
    }

    private static long LengthOfWholeLines(SafeFileHandle handle, long length)
    {
        var block = new byte[64 * 1024];
        var end = length;
        while (end > 0)
        {
            var start = Math.Max(0, end - block.Length);
            var bytes = block.AsSpan(0, RandomAccess.Read(handle, block.AsSpan(0, (int)(end - start)), start));
            var lineFeed = bytes.LastIndexOf(LineFeed);
            if (lineFeed < 0)
            {
                end = start;
                continue;
            }

            end = start + lineFeed + 1;
            break;
        }

        if (end < length && !IsOurs(handle, end))
            throw new InvalidDataException("the last line is unfinished and no JSON object, so another program seems to write this file; name a file of its own");
        return end;
    }

    /// <summary>A torn line of ours begins with the brace of a finding, or with zeros where the file grew before its bytes came.</summary>
    private static bool IsOurs(SafeFileHandle handle, long lineStart)
    {
        Span<byte> first = stackalloc byte[1];
        _ = RandomAccess.Read(handle, first, lineStart);
        return first[0] is (byte)'{' or 0;
    }
}
