using System.Buffers;
using System.IO.Compression;
using System.Net;
using Amazon.S3.Model;

namespace StepExport.Sources.S3;

/// <summary>An object opened for reading: its content from the wanted offset on, decompressed when it is gzip. Never whole in memory.</summary>
/// <remarks>Gzip is told by its first two bytes: neither the key nor Content-Encoding say for certain what lies in the store.</remarks>
internal sealed class ObjectBody : IDisposable
{
    private const int HeadLength = 2;
    private readonly GetObjectResponse? _answer;
    private readonly TimeSpan _timeout;
    private readonly CancellationTokenSource _stall;
    private readonly CancellationTokenSource _either;
    private readonly CancellationToken _stop;
    private Stream _content = Stream.Null;

    private ObjectBody(GetObjectResponse? answer, string eTag, TimeSpan timeout, TimeProvider time, CancellationToken stop)
    {
        (_answer, ETag, _timeout, _stop) = (answer, eTag, timeout, stop);
        _stall = new(Timeout.InfiniteTimeSpan, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_stall.Token, stop);
    }

    /// <summary>Which content it is.</summary>
    public string ETag { get; }

    /// <summary>It is decompressed while it is read, so that one can begin only at its start.</summary>
    public bool IsGzip { get; private set; }

    /// <summary>Nothing is left behind the offset.</summary>
    public static ObjectBody Empty(string eTag, TimeProvider time) => new(null, eTag, Timeout.InfiniteTimeSpan, time, CancellationToken.None);

    /// <param name="answer">The store's, from whatever offset; owned from now on.</param>
    /// <param name="key">Its key.</param>
    /// <param name="eTag">Which content it is.</param>
    /// <param name="offset">Of the content, to begin at.</param>
    /// <param name="timeout">How long the answer may stop in the middle.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="ObjectReadException">It breaks off or is damaged.</exception>
    public static async Task<ObjectBody> OpenAsync(
        GetObjectResponse answer, string key, string eTag, long offset, TimeSpan timeout, TimeProvider time, CancellationToken stop)
    {
        var body = new ObjectBody(answer, eTag, timeout, time, stop);
        try
        {
            await body.BeginAsync(key, offset);
            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <summary>The next bytes of the content; 0 at its end.</summary>
    /// <exception cref="ObjectReadException">It breaks off, stalls or is damaged.</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer)
    {
        try
        {
            _stall.CancelAfter(_timeout);
            return await _content.ReadAsync(buffer, _either.Token);
        }
        catch (InvalidDataException e)
        {
            throw new ObjectReadException($"it is damaged gzip: {e.Message}", e) { IsDamage = true };
        }
        catch (OperationCanceledException e) when (!_stop.IsCancellationRequested)
        {
            throw new ObjectReadException(FormattableString.Invariant($"nothing more of it came within {_timeout.TotalSeconds} s"), e);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new ObjectReadException($"the connection broke in the middle of it: {e.Message}", e);
        }
        finally
        {
            _stall.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        _content.Dispose();
        _answer?.Dispose();
        _either.Dispose();
        _stall.Dispose();
    }

    private async Task BeginAsync(string key, long offset)
    {
        _content = _answer!.ResponseStream;
        // Only a plain object is asked for from an offset on, and not every store knows how to
        if (_answer.HttpStatusCode == HttpStatusCode.PartialContent) return;
        var head = new byte[HeadLength];
        var length = 0;
        for (var read = 1; length < HeadLength && read > 0; length += read) read = await ReadAsync(head.AsMemory(length));
        _content = new HeadedStream(head.AsMemory(0, length), _answer.ResponseStream);
        IsGzip = head is [0x1F, 0x8B];
        if (IsGzip) _content = new GZipStream(_content, CompressionMode.Decompress);
        else if (length > 0 && key.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) && !IsText(head[0]))
            throw new ObjectReadException("it is no gzip, though its name says so") { IsDamage = true };
        await PassOverAsync(offset);
    }

    private static bool IsText(byte first) => first is (byte)'{' or (byte)'[' or (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or 0xEF;

    private async Task PassOverAsync(long count)
    {
        if (count == 0) return;
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            for (var read = 1; count > 0 && read > 0; count -= read) read = await ReadAsync(buffer.AsMemory(0, (int)Math.Min(count, buffer.Length)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
