using System.Buffers;

namespace StepExport.Core.Ingest;

/// <summary>A bad item while it is being passed over: where it began, why, and its first bytes.</summary>
internal sealed class BadItem
{
    private readonly ArrayBufferWriter<byte> _kept = new();
    private long _line;
    private long _offset;
    private long _length;
    private string _reason = "";

    /// <summary>White space before the line it began in.</summary>
    public int Indent { get; private set; }

    /// <summary>Whether the lines after it may belong to it.</summary>
    public bool MayGoOn { get; private set; }

    /// <param name="at">Its first byte.</param>
    /// <param name="reason">Why it is bad.</param>
    /// <param name="mayGoOn">It is an object or array, and so may have been printed over many lines.</param>
    public void Begin(SplitPosition at, string reason, bool mayGoOn)
    {
        MayGoOn = mayGoOn;
        _line = at.Line + 1;
        _offset = at.Offset;
        _length = 0;
        _reason = reason;
        _kept.ResetWrittenCount();
        Indent = Math.Max(0, at.Indent);
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        _length += bytes.Length;
        _kept.Write(bytes[..Math.Min(bytes.Length, DetectionSplitter.BadBytesKept - _kept.WrittenCount)]);
    }

    public SplitItem ToItem() => new(_kept.WrittenMemory, _line, _offset, _length, _reason);
}
