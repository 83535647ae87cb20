using System.Buffers;
using System.IO.Compression;

namespace StepExport.Sources.File;

/// <summary>A file opened for reading: its identity, and its content from any offset on, decompressed when it is gzip.</summary>
internal sealed class OpenFile : IDisposable
{
    private readonly FileStream _file;
    private readonly byte[] _head;
    private GZipStream? _gzip;
    private Stream _content;

    private OpenFile(FileStream file)
    {
        _file = file;
        IsGzip = file.Name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
        Inode = FileIdentity.InodeOf(file.SafeFileHandle);
        Length = file.Length;
        LastWrite = System.IO.File.GetLastWriteTimeUtc(file.SafeFileHandle);
        _head = new byte[FileIdentity.MaxLength];
        _content = Content();
        _head = _head[.._content.ReadAtLeast(_head, _head.Length, throwOnEndOfStream: false)];
    }

    public bool IsGzip { get; }

    public ulong Inode { get; }

    /// <summary>Bytes on disk, when it was opened.</summary>
    public long Length { get; }

    public DateTime LastWrite { get; }

    /// <summary>The first bytes of the content.</summary>
    public ReadOnlySpan<byte> Head => _head;

    /// <exception cref="FileReadException">It cannot be opened or read, or is no gzip though its name says so.</exception>
    public static OpenFile Open(string path)
    {
        FileStream? file = null;
        try
        {
            // The writer may go on, rename and delete as it likes
            file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            return new(file);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            file?.Dispose();
            throw new FileReadException(e);
        }
    }

    /// <summary>Goes to the content behind so many bytes.</summary>
    /// <exception cref="FileReadException">It cannot be read.</exception>
    public void Seek(long offset)
    {
        _content = Content();
        if (!IsGzip) _file.Position = offset;
        else PassOver(offset);
    }

    /// <summary>The next bytes of the content; 0 at its end.</summary>
    /// <exception cref="FileReadException">It cannot be read.</exception>
    public int Read(Span<byte> buffer)
    {
        try
        {
            return _content.Read(buffer);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw new FileReadException(e);
        }
    }

    public void Dispose()
    {
        _gzip?.Dispose();
        _file.Dispose();
    }

    private Stream Content()
    {
        _gzip?.Dispose();
        _file.Position = 0;
        if (!IsGzip) return _file;
        _gzip = new(_file, CompressionMode.Decompress, leaveOpen: true);
        return _gzip;
    }

    private void PassOver(long count)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        for (var read = 1; count > 0 && read > 0; count -= read) read = Read(buffer.AsSpan(0, (int)Math.Min(count, buffer.Length)));
        ArrayPool<byte>.Shared.Return(buffer);
    }
}
