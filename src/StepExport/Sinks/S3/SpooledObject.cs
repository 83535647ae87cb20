using Microsoft.Win32.SafeHandles;
using StepExport.Core.Model;

namespace StepExport.Sinks.S3;

/// <summary>One object of a batch: encoded into a file while its records come, then uploaded from there. One thread at a time.</summary>
internal sealed class SpooledObject(byte[] folder, bool gzip, SpoolFolder files) : IDisposable
{
    /// <summary>Bytes that are worth a write.</summary>
    private const int WriteBytes = 64 * 1024;

    private readonly ObjectEncoder _encoder = new(gzip);
    private readonly RecordDigest _digest = new();
    private SafeFileHandle? _handle;
    private string? _file;
    private long _first;
    private long _last;

    /// <summary>Size so far, as it will be stored.</summary>
    public long EncodedBytes => _encoder.EncodedBytes;

    /// <summary>Bytes on disk.</summary>
    public long WrittenBytes { get; private set; }

    /// <summary>Memory held at the moment.</summary>
    public long BufferBytes => _encoder.BufferBytes;

    /// <summary>How far its upload has come.</summary>
    public ObjectUpload Upload { get; } = new();

    /// <summary>The key, once it is sealed.</summary>
    public string? Key { get; private set; }

    /// <summary>The file with the sealed object.</summary>
    public string File => _file ?? throw new InvalidOperationException("not sealed");

    public bool IsIn(ReadOnlySpan<byte> other) => other.SequenceEqual(folder);

    public void Add(in ExportRecord record, ReadOnlySpan<byte> line)
    {
        if (_first == 0) _first = record.Sequence;
        _last = record.Sequence;
        _digest.Add(record, line.Length);
        _encoder.AddLine(line);
    }

    /// <summary>Writes to the file if enough has gathered.</summary>
    /// <returns>Whether it did.</returns>
    /// <exception cref="IOException">Nothing is lost: the next call writes the same bytes to the same place.</exception>
    public bool Flush()
    {
        if (_encoder.Output.Length < WriteBytes) return false;
        Write();
        return true;
    }

    /// <summary>Ends the object, after which it can be uploaded.</summary>
    /// <exception cref="IOException">Disk full or failing; may be called again.</exception>
    public void Seal(ObjectKey key)
    {
        if (Key is not null) return;
        _encoder.Complete();
        Write();
        _handle!.Dispose();
        Key = key.Of(folder, _first, _last, _digest.Complete());
    }

    public void Dispose()
    {
        _encoder.Dispose();
        _digest.Dispose();
        _handle?.Dispose();
        if (_file is not null) files.Delete(_file);
    }

    private void Write()
    {
        try
        {
            _handle ??= System.IO.File.OpenHandle(_file ??= files.NextFile(), FileMode.Create, FileAccess.Write, FileShare.None);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }

        RandomAccess.Write(_handle, _encoder.Output, WrittenBytes);
        WrittenBytes += _encoder.Output.Length;
        _encoder.Taken();
    }
}
