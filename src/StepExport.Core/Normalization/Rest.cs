using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using StepExport.Core.Model;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Normalization;

/// <summary>Writes the detection's own values: those that no mapper took, or all of them.</summary>
internal static class Rest
{
    /// <summary>The member <c>unmapped</c>: what is not taken, nested as it came. Needs <see cref="Detection.FindRest"/>.</summary>
    public static void WriteUnmapped(OcsfWriter w, Detection detection)
    {
        w.Name("unmapped"u8);
        Write(w, detection, 0, onlyRest: true);
    }

    /// <summary>The value and all below it, taken or not.</summary>
    public static void WriteWhole(OcsfWriter w, Detection detection, DetectionValue value) =>
        Write(w, detection, value.Index, onlyRest: false);

    /// <summary>The member <c>raw_data</c>: the text as received, or rebuilt from the values when some were scrubbed.</summary>
    public static void WriteRawData(OcsfWriter w, Detection detection, bool redacted)
    {
        if (!redacted)
        {
            w.String("raw_data"u8, detection.Json);
            return;
        }

        var copy = new OcsfWriter(new ArrayBufferWriter<byte>(detection.Json.Length * 2));
        Write(copy, detection, 0, onlyRest: false);
        w.String("raw_data"u8, copy.Flush());
    }

    private static void Write(OcsfWriter w, Detection detection, int index, bool onlyRest)
    {
        ref var node = ref detection.Node(index);
        switch (node.Kind)
        {
            case JsonTokenType.StartObject:
                w.Object();
                foreach (var member in new DetectionValue(detection, index))
                {
                    if (onlyRest && !detection.Node(member.Index).Rest) continue;
                    w.Name(member.Name);
                    Write(w, detection, member.Index, onlyRest);
                }

                w.EndObject();
                break;
            case JsonTokenType.StartArray:
                WriteArray(w, detection, index, onlyRest);
                break;
            case JsonTokenType.String: w.String(detection.Text(node)); break;
            case JsonTokenType.Number: WriteNumber(w, detection.Text(node)); break;
            case JsonTokenType.True: w.Raw("true"u8); break;
            case JsonTokenType.False: w.Raw("false"u8); break;
            default: w.Raw("null"u8); break;
        }
    }

    private static void WriteArray(OcsfWriter w, Detection detection, int index, bool onlyRest)
    {
        w.Array();
        var last = index;
        foreach (var element in new DetectionValue(detection, index))
        {
            if (detection.Node(element.Index).Rest) last = element.Index;
        }

        foreach (var element in new DetectionValue(detection, index))
        {
            if (onlyRest && element.Index > last) break;
            if (!onlyRest || detection.Node(element.Index).Rest) Write(w, detection, element.Index, onlyRest);
            else w.Raw("{}"u8); // keeps the place, so that the rest can be told to belong to the third process
        }

        w.EndArray();
    }

    /// <summary>As spelled. What no double can hold becomes a string: many readers refuse a record for such a number.</summary>
    private static void WriteNumber(OcsfWriter w, ReadOnlySpan<byte> literal)
    {
        const int holdsInAnyCase = 16;
        if (literal.Length <= holdsInAnyCase && !literal.ContainsAny("eE"u8)) w.Raw(literal);
        else if (literal.Length < 300 && Utf8Parser.TryParse(literal, out double value, out _) && double.IsFinite(value)) w.Raw(literal);
        else w.String(literal);
    }
}
