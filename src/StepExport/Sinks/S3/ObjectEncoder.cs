using System.Buffers;
using System.IO.Compression;

namespace StepExport.Sinks.S3;

/// <summary>Turns lines into the bytes of one object. Its memory does not grow with the object, as long as what comes out is taken.</summary>
internal sealed class ObjectEncoder(bool gzip) : IDisposable
{
    /// <summary>What the compressor gets at a time: a call is dear, and this much stays in the processor's cache.</summary>
    private const int PieceBytes = 64 * 1024;

    /// <summary>A buffer that a huge record has grown beyond this is not kept.</summary>
    private const int KeepBytes = 1024 * 1024;

    /// <summary>What findings shrink to before the object itself has shown it.</summary>
    private const double FirstRatio = 1 / 6.0;

    private readonly MemoryStream _output = new();
    private ArrayBufferWriter<byte> _plain = new();
    private GZipStream? _compressor;
    private long _fed;
    private long _taken;
    private bool _completed;

    /// <summary>Bytes ready to be taken.</summary>
    public ReadOnlySpan<byte> Output => _output.GetBuffer().AsSpan(0, (int)_output.Length);

    /// <summary>Size of the object so far; what the compressor has not seen yet is estimated by what it made of the rest.</summary>
    public long EncodedBytes => _taken + _output.Length + (gzip ? Estimate(_plain.WrittenCount) : 0);

    /// <summary>Memory held at the moment.</summary>
    public long BufferBytes => _output.Capacity + _plain.Capacity;

    public void AddLine(ReadOnlySpan<byte> line)
    {
        if (!gzip)
        {
            _output.Write(line);
            _output.WriteByte((byte)'\n');
            return;
        }

        var span = _plain.GetSpan(line.Length + 1);
        line.CopyTo(span);
        span[line.Length] = (byte)'\n';
        _plain.Advance(line.Length + 1);
        if (_plain.WrittenCount >= PieceBytes) Compress();
    }

    /// <summary>Says that <see cref="Output"/> is in a safe place.</summary>
    public void Taken()
    {
        _taken += _output.Length;
        _output.SetLength(0);
        if (_output.Capacity > KeepBytes) _output.Capacity = 0;
    }

    /// <summary>Ends the object; what is left is in <see cref="Output"/>. May be called again.</summary>
    public void Complete()
    {
        if (_completed) return;
        if (gzip)
        {
            Compress();
            _compressor!.Dispose();
            _plain = new();
        }

        _completed = true;
    }

    public void Dispose()
    {
        _compressor?.Dispose();
        _output.Dispose();
    }

    private long Estimate(long plain) => (long)(plain * (_fed == 0 ? FirstRatio : (double)(_taken + _output.Length) / _fed));

    private void Compress()
    {
        _compressor ??= new(_output, CompressionLevel.Fastest, leaveOpen: true);
        _compressor.Write(_plain.WrittenSpan);
        _fed += _plain.WrittenCount;
        _plain.ResetWrittenCount();
        if (_plain.Capacity > KeepBytes) _plain = new();
    }
}
