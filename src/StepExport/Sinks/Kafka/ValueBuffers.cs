namespace StepExport.Sinks.Kafka;

/// <summary>Arrays of exactly the length that a value has, because the client sends the whole array that it is given. It copies the
/// value before <c>Produce</c> returns, so the next value of the same length can have the same array. One thread.</summary>
/// <remarks>Findings of one type differ by a few bytes, so some hundred arrays serve them all, and stay in the processor's cache.</remarks>
internal sealed class ValueBuffers
{
    private const int LongestKept = 32 * 1024;
    private const int MostBytesKept = 8 * 1024 * 1024;
    private readonly byte[]?[] _byLength = new byte[LongestKept + 1][];
    private int _kept;

    /// <summary>An array with anything in it, valid until the next call.</summary>
    public byte[] Get(int length)
    {
        if (length > LongestKept) return GC.AllocateUninitializedArray<byte>(length);
        return _byLength[length] ??= Keep(length);
    }

    private byte[] Keep(int length)
    {
        _kept += length;
        if (_kept > MostBytesKept)
        {
            Array.Clear(_byLength);
            _kept = length;
        }

        return GC.AllocateUninitializedArray<byte>(length);
    }
}
