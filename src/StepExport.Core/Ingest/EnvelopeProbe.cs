using System.Buffers;

namespace StepExport.Core.Ingest;

/// <summary>Tells the vendor's envelopes (<c>{"data":[…]}</c>, <c>{"data":{"detections":[…]}}</c>, <c>{"detections":[…]}</c>) from
/// detections, which may well have a key <c>data</c> of their own: an envelope has no <c>id</c> and exactly one such array.</summary>
internal static class EnvelopeProbe
{
    private static readonly SearchValues<byte> Structure = SearchValues.Create("\"{}[],"u8);

    /// <summary>Looks for the array of detections.</summary>
    /// <param name="json">An object, or the beginning of one.</param>
    /// <param name="array">Index of the array's opening bracket.</param>
    /// <returns>The kind of envelope; <see cref="SplitContainer.Stream"/> when it is none.</returns>
    public static SplitContainer Find(ReadOnlySpan<byte> json, out int array)
    {
        array = -1;
        // Nearly all that comes are detections, and they begin with their id
        var first = SkipBlank(json, 1);
        if (json[first..].StartsWith("\"id\""u8)) return SplitContainer.Stream;
        if (json.IndexOf("\"data\""u8) < 0 && json.IndexOf("\"detections\""u8) < 0) return SplitContainer.Stream;

        var members = Members(json);
        if (members.HasId || members.Arrays + members.Objects != 1) return SplitContainer.Stream;
        if (members.Arrays == 1)
        {
            array = members.At;
            return SplitContainer.Envelope;
        }

        var inner = Members(json[members.At..]);
        if (inner.HasId || inner.Arrays != 1 || inner.Objects != 0 || inner.IsData) return SplitContainer.Stream;
        array = members.At + inner.At;
        return SplitContainer.NestedEnvelope;
    }

    /// <summary>Walks over the keys of one object, not into its values.</summary>
    private static (bool HasId, int Arrays, int Objects, int At, bool IsData) Members(ReadOnlySpan<byte> json)
    {
        (bool HasId, int Arrays, int Objects, int At, bool IsData) found = default;
        var depth = 0;
        var isKey = false;
        for (var i = 0; (i = Next(json, i)) >= 0; i++)
        {
            switch (json[i])
            {
                case (byte)'"':
                    var end = EndOfString(json, i);
                    if (end < 0) return found;
                    if (isKey && depth == 1) Note(json, json[(i + 1)..end], SkipBlank(json, end + 1), ref found);
                    isKey = false;
                    i = end;
                    break;
                case (byte)',':
                    isKey = true;
                    break;
                case (byte)'{' or (byte)'[':
                    depth++;
                    isKey = true;
                    break;
                default:
                    if (--depth == 0) return found;
                    break;
            }
        }

        return found;
    }

    private static void Note(
        ReadOnlySpan<byte> json, ReadOnlySpan<byte> key, int colon, ref (bool HasId, int Arrays, int Objects, int At, bool IsData) found)
    {
        if (colon >= json.Length || json[colon] != ':') return;
        found.HasId |= key.SequenceEqual("id"u8);
        var isData = key.SequenceEqual("data"u8);
        if (!isData && !key.SequenceEqual("detections"u8)) return;
        var at = SkipBlank(json, colon + 1);
        if (at >= json.Length) return;
        if (json[at] == '[') found = found with { Arrays = found.Arrays + 1, At = at, IsData = isData };
        else if (json[at] == '{' && isData) found = found with { Objects = found.Objects + 1, At = at };
    }

    private static int Next(ReadOnlySpan<byte> json, int from)
    {
        var index = json[from..].IndexOfAny(Structure);
        return index < 0 ? -1 : from + index;
    }

    /// <summary>Index of the closing quote, or -1.</summary>
    private static int EndOfString(ReadOnlySpan<byte> json, int quote)
    {
        for (var i = quote + 1; i < json.Length; i++)
        {
            var index = json[i..].IndexOfAny((byte)'"', (byte)'\\');
            if (index < 0) return -1;
            i += index;
            if (json[i] == '"') return i;
            i++;
        }

        return -1;
    }

    private static int SkipBlank(ReadOnlySpan<byte> json, int from)
    {
        while (from < json.Length && json[from] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') from++;
        return from;
    }
}
