using System.Buffers;

namespace StepExport.Sources.StepSecurity;

/// <summary>Bytes in a pooled array that grows.</summary>
internal sealed class PageBuffer : IDisposable
{
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(256 * 1024);

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    /// <summary>Reads to the end of the stream.</summary>
    /// <returns>False when it has more than <paramref name="limit"/> bytes; the rest is not read.</returns>
    public async Task<bool> ReadAsync(Stream stream, int limit, CancellationToken cancellationToken)
    {
        int count;
        do
        {
            Reserve(16 * 1024);
            count = await stream.ReadAsync(_bytes.AsMemory(Length), cancellationToken);
            Length += count;
        }
        while (count > 0 && Length <= limit);

        return Length <= limit;
    }

    public void Dispose()
    {
        var bytes = Interlocked.Exchange(ref _bytes, []);
        if (bytes.Length > 0) ArrayPool<byte>.Shared.Return(bytes);
    }

    private void Reserve(int count)
    {
        if (_bytes.Length - Length >= count) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, Length + count));
        _bytes.AsSpan(0, Length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
