using System.Buffers;
using System.IO.Compression;

namespace StepExport.Sinks.SplunkHec;

/// <summary>The bytes of one request, in buffers that serve again for the next. One thread at a time.</summary>
internal sealed class HecBody(bool gzip) : IDisposable
{
    /// <summary>What the compressor gets at a time: a call is dear, and this much stays in the processor's cache.</summary>
    private const int PieceBytes = 64 * 1024;

    /// <summary>A buffer that a huge record has grown beyond this is not kept.</summary>
    private const int KeepBytes = 4 * 1024 * 1024;

    private readonly MemoryStream _compressed = new();
    private ArrayBufferWriter<byte> _plain = new();
    private GZipStream? _compressor;
    private long _pieces;

    public bool IsGzip => gzip;

    /// <summary>Bytes so far, before compression.</summary>
    public long PlainBytes => _pieces + _plain.WrittenCount;

    /// <summary>For <see cref="Core.Formats.RecordFormat"/>.</summary>
    public ArrayBufferWriter<byte> Scratch { get; } = new();

    /// <summary>Room for one event of at most <paramref name="size"/> bytes; <see cref="Advance"/> says how many it became.</summary>
    public Span<byte> GetSpan(int size) => _plain.GetSpan(size);

    public void Advance(int written)
    {
        _plain.Advance(written);
        if (gzip && _plain.WrittenCount >= PieceBytes) Compress();
    }

    /// <summary>Ends the body and returns the bytes for the wire, valid until <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> Complete()
    {
        if (!gzip) return _plain.WrittenMemory;
        Compress();
        _compressor!.Dispose();
        _compressor = null;
        return _compressed.GetBuffer().AsMemory(0, (int)_compressed.Length);
    }

    /// <summary>Empties the body, whatever its state.</summary>
    public void Clear()
    {
        _compressor?.Dispose();
        _compressor = null;
        _compressed.SetLength(0);
        if (_compressed.Capacity > KeepBytes) _compressed.Capacity = 0;
        _plain.ResetWrittenCount();
        if (_plain.Capacity > KeepBytes) _plain = new();
        _pieces = 0;
    }

    public void Dispose()
    {
        _compressor?.Dispose();
        _compressed.Dispose();
    }

    private void Compress()
    {
        // zlib-ng's fastest level: ratio 6 on findings; level 3 would reach 8 for half as much processor time again.
        _compressor ??= new(_compressed, CompressionLevel.Fastest, leaveOpen: true);
        _compressor.Write(_plain.WrittenSpan);
        _pieces += _plain.WrittenCount;
        _plain.ResetWrittenCount();
    }
}
