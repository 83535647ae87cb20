namespace StepExport.Core.Ingest;

/// <summary>One piece of a stream: a detection's JSON object, or something that is none, with the reason.</summary>
/// <param name="Bytes">The object, a slice of the read buffer; of a bad item its first bytes, at most
/// <see cref="DetectionSplitter.BadBytesKept"/>. Valid until the next call to the splitter.</param>
/// <param name="Line">Line of the first byte, counted from 1.</param>
/// <param name="Offset">Offset of the first byte in the stream.</param>
/// <param name="Length">True length in bytes; larger than <paramref name="Bytes"/> when a bad item was cut.</param>
/// <param name="Error">Why it is no detection; null for an object (whose inner JSON is not checked yet).</param>
internal readonly record struct SplitItem(ReadOnlyMemory<byte> Bytes, long Line, long Offset, long Length, string? Error);

/// <summary>Where reading can go on later, as if it had never stopped.</summary>
/// <param name="Offset">Bytes of the stream that are done with.</param>
/// <param name="Line">Line feeds in them.</param>
/// <param name="Container">What the position lies in.</param>
/// <param name="Expected">What may come next there.</param>
/// <param name="Indent">White space since the line feed before the position; -1 when something else stands in that line.</param>
internal readonly record struct SplitPosition(long Offset, long Line, SplitContainer Container, SplitExpected Expected, int Indent);

/// <summary>The array that detections are taken from, named by the brackets around it.</summary>
internal enum SplitContainer : byte
{
    /// <summary>None: one value after the other.</summary>
    Stream,

    /// <summary><c>[…]</c></summary>
    Array,

    /// <summary><c>{"data":[…]}</c> or <c>{"detections":[…]}</c></summary>
    Envelope,

    /// <summary><c>{"data":{"detections":[…]}}</c></summary>
    NestedEnvelope,
}

/// <summary>What may come next in an array.</summary>
internal enum SplitExpected : byte
{
    ItemOrEnd,
    CommaOrEnd,
    Item,

    /// <summary>Behind a bad item nothing is certain.</summary>
    Anything,
}
