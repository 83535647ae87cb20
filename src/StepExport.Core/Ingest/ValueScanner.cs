using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;

namespace StepExport.Core.Ingest;

internal enum ScanResult : byte
{
    NeedMore,
    Complete,
    Broken,
}

/// <summary>Finds the end of one JSON object or array by its brackets, and notices when a line feed shows that it is broken.</summary>
/// <remarks>It does not validate: what stands between the brackets is the normalizer's business. It can stop after any byte and go
/// on when more are there.</remarks>
internal struct ValueScanner
{
    /// <summary>Deepest nesting that is accepted; one bit each in <see cref="_objects"/>.</summary>
    public const int MaxDepth = 64;

    /// <summary>How far white space around a line feed is looked through.</summary>
    public const int LookAround = 256;

    private static readonly SearchValues<byte> Blank = SearchValues.Create(" \t\r\n"u8);
    private ulong _objects;
    private int _depth;
    private bool _inString;
    private bool _escaped;

    /// <summary>Bytes of the value that are scanned; when complete its length, when broken where.</summary>
    public int Position { readonly get; set; }

    /// <summary>Line feeds seen.</summary>
    public int LineFeeds { get; private set; }

    /// <summary>Nested deeper than <see cref="MaxDepth"/>.</summary>
    public bool TooDeep { get; private set; }

    /// <summary>Why it is broken.</summary>
    public string? Error { get; private set; }

    /// <summary>Starts inside so many objects, instead of before a value.</summary>
    public static ValueScanner Inside(int objects) => new() { _depth = objects, _objects = ulong.MaxValue };

    /// <summary>Goes on.</summary>
    /// <param name="value">The value from its first byte to the last one that is there.</param>
    public ScanResult Scan(ReadOnlySpan<byte> value)
    {
        Span<byte> padded = stackalloc byte[JsonBlock.Size];
        while (Position < value.Length)
        {
            scoped var rest = value[Position..];
            var count = Math.Min(rest.Length, JsonBlock.Size);
            if (count < JsonBlock.Size)
            {
                padded.Clear();
                rest.CopyTo(padded);
                rest = padded;
            }

            var block = JsonBlock.Load(ref MemoryMarshal.GetReference(rest));
            block.FindStrings(count, ref _inString, ref _escaped);
            for (var hits = (block.Brackets & ~block.Strings) | block.LineFeeds; hits != 0; hits &= hits - 1)
            {
                var bit = BitOperations.TrailingZeroCount(hits);
                var at = Position + bit;
                var result = value[at] == '\n' ? LineFeed(value, at, ((block.Strings >> bit) & 1) != 0) : Bracket(value[at]);
                if (result is not { } end) continue;
                Position = end == ScanResult.Complete ? at + 1 : at;
                return end;
            }

            Position += count;
        }

        return ScanResult.NeedMore;
    }

    private ScanResult? Bracket(byte bracket)
    {
        var isObject = (bracket & 0x20) != 0;
        if ((bracket | 0x20) == '{')
        {
            if (_depth >= MaxDepth) TooDeep = true;
            else _objects = (_objects & ~(1UL << _depth)) | ((isObject ? 1UL : 0) << _depth);
            _depth++;
            return null;
        }

        _depth--;
        if (_depth < MaxDepth && IsObject(_depth) != isObject)
        {
            Error = isObject ? "'}' where ']' is expected" : "']' where '}' is expected";
            return ScanResult.Broken;
        }

        return _depth == 0 ? ScanResult.Complete : null;
    }

    private ScanResult? LineFeed(ReadOnlySpan<byte> value, int at, bool inString)
    {
        if (inString)
        {
            Error = "a line ends inside a string";
            return ScanResult.Broken;
        }

        var behind = value[(at + 1)..];
        var next = behind[..Math.Min(behind.Length, LookAround)].IndexOfAnyExcept(Blank);
        if (next < 0 && behind.Length < LookAround)
        {
            // The next call looks at this line feed again
            _inString = _escaped = false;
            return ScanResult.NeedMore;
        }

        var before = value[Math.Max(0, at - LookAround)..at];
        var last = before.LastIndexOfAnyExcept(Blank);
        if (next >= 0 && last >= 0 && !MayFollow(before[last], behind[next]))
        {
            Error = "a line ends in the middle of it";
            return ScanResult.Broken;
        }

        LineFeeds++;
        return null;
    }

    /// <summary>Whether JSON may go on with <paramref name="next"/> in the line after <paramref name="last"/>: so a line that was
    /// cut off is told from one of a value that is printed over many lines.</summary>
    private readonly bool MayFollow(byte last, byte next)
    {
        var inObject = _depth > MaxDepth || IsObject(_depth - 1);
        return last switch
        {
            (byte)':' => IsValueStart(next),
            (byte)'{' => next is (byte)'"' or (byte)'}',
            (byte)'[' => next is (byte)']' || IsValueStart(next),
            (byte)',' => inObject ? next is (byte)'"' or (byte)'}' : next is (byte)']' || IsValueStart(next),
            _ => next is (byte)',' or (byte)':' or (byte)'}' or (byte)']',
        };
    }

    private static bool IsValueStart(byte b) =>
        b is (byte)'{' or (byte)'[' or (byte)'"' or (byte)'-' or (byte)'t' or (byte)'f' or (byte)'n' or (>= (byte)'0' and <= (byte)'9');

    private readonly bool IsObject(int level) => ((_objects >> level) & 1) != 0;
}
