using System.Text.Json;
using StepExport.Testing.Ingest;

namespace StepExport.Tests.Ingest;

/// <summary>The shapes in which detections come.</summary>
public sealed class DetectionSplitterTests
{
    private static readonly string[] Three = ["""{"id":"a","n":{"x":[1,"}"]}}""", """{"id":"b\\","q":"\"{["}""", """{"id":"c"}"""];

    public static TheoryData<string, string> Shapes => new()
    {
        { "ndjson", string.Join('\n', Three) + "\n" },
        { "ndjson without the last line feed", string.Join('\n', Three) },
        { "ndjson with CRLF and empty lines", string.Join("\r\n\r\n", Three) + "\r\n" },
        { "byte order mark", "\uFEFF" + string.Join('\n', Three) },
        { "concatenated", string.Concat(Three) },
        { "concatenated with blanks", string.Join(" \t ", Three) },
        { "array", "[" + string.Join(',', Three) + "]" },
        { "array, one item a line", "[\n" + string.Join(",\n", Three) + "\n]\n" },
        { "data", $$"""{"data":[{{string.Join(',', Three)}}]}""" },
        { "data behind other keys", $$"""{"count":3,"next":{"data":[1]},"data":[{{string.Join(',', Three)}}]}""" },
        { "detections", $$"""{ "detections" : [ {{string.Join(" , ", Three)}} ] , "has_more":false } """ },
        { "data and detections", $$$"""{"data":{"has_more":true,"detections":[{{{string.Join(',', Three)}}}],"next_token":"]}"}}""" },
        { "an envelope a line", string.Join('\n', Three.Select(one => $$"""{"data":[{{one}}]}""")) },
        { "envelopes without a line feed", string.Concat(Three.Select(one => $$$"""{"data":{"detections":[{{{one}}}]}}""")) },
        { "arrays", $"[{Three[0]}][]\n[{Three[1]},{Three[2]}]" },
        { "everything at once", $$"""[{{Three[0]}}]{"detections":[{{Three[1]}}]} {"data":[]}""" + Three[2] },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_shape_gives_the_same_detections(string shape, string text)
    {
        foreach (var chunk in (int[])[int.MaxValue, 1, 2, 3, 7, 63, 64, 65])
        {
            var pieces = text.Pieces(chunk);
            Assert.True(pieces.Bad().Length == 0, $"{shape}, {chunk} bytes at a time: {pieces.Bad().FirstOrDefault()}");
            Assert.Equal(Three, pieces.Good());
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Positions_point_at_the_detection(string shape, string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        foreach (var piece in text.Pieces())
        {
            Assert.True(bytes.AsSpan((int)piece.Offset).StartsWith(System.Text.Encoding.UTF8.GetBytes(piece.Text)), shape);
            Assert.Equal(bytes.AsSpan(0, (int)piece.Offset).Count((byte)'\n') + 1, piece.Line);
        }
    }

    [Theory]
    [InlineData("""{"id":"1","data":[{"x":1}]}""")]
    [InlineData("""{"data":[{"x":1}],"id":"1"}""")]
    [InlineData("""{"name":"x","data":{"detections":[{"x":1}],"id":"1"}}""")]
    [InlineData("""{"name":"x","data":{"y":[1]}}""")]
    [InlineData("""{"name":"x","data":"detections"}""")]
    [InlineData("""{"name":"x","inner":{"data":[{"x":1}]}}""")]
    [InlineData("""{"data":[{"x":1}],"detections":[{"y":1}]}""")]
    [InlineData("""{"name":"\"data\":[","detections":null}""")]
    public void A_detection_with_such_a_key_is_no_envelope(string detection) => Assert.Equal([detection], detection.Pieces().Good());

    [Fact]
    public void An_envelope_may_be_larger_than_any_event()
    {
        var items = Enumerable.Range(0, 500).Select(i => $$"""{"id":"{{i}}"}""").ToArray();
        foreach (var envelope in (string[])["{\"data\":[#],\"next\":\"x\"}", "{\"data\":{\"detections\":[#]}}\n", "[#]"])
        {
            var pieces = envelope.Replace("#", string.Join(",\n", items), StringComparison.Ordinal).Pieces(chunk: 300, maxEventSize: 1000);
            Assert.Empty(pieces.Bad());
            Assert.Equal(items, pieces.Good());
        }
    }

    [Fact]
    public void The_fourteen_real_inputs_are_the_same_in_every_shape()
    {
        Assert.SkipWhen(RawDetections.Missing, RawDetections.SkipReason);
        var lines = RawDetections.Lines;
        Assert.Equal(14, lines.Length);
        var array = "[" + string.Join(',', lines) + "]";
        string[] shapes = [string.Join('\n', lines), string.Concat(lines), array, $$"""{"data":{{array}}}""", $$$"""{"data":{"detections":{{{array}}}}}"""];
        Assert.All(shapes, shape => Assert.Equal(lines, shape.Pieces(chunk: 1000).Good()));

        foreach (var shape in shapes[2..].Append(string.Join("\n", lines.Select(Pretty))).Append(Pretty(array)))
        {
            var pretty = shape[0] == '[' || shape.StartsWith("{\"data", StringComparison.Ordinal) ? Pretty(shape) : shape;
            var pieces = pretty.Pieces(chunk: 1000);
            Assert.Empty(pieces.Bad());
            Assert.Equal(lines.Select(Pretty), pieces.Good().Select(Pretty));
        }
    }

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static string Pretty(string json)
    {
        using var document = JsonDocument.Parse(json);
        return JsonSerializer.Serialize(document, Indented);
    }
}
