using StepExport.Testing.Ingest;

namespace StepExport.Tests.Ingest;

/// <summary>What is no detection is reported where it stands, and its neighbours go on.</summary>
public sealed class DetectionSplitterBadInputTests
{
    private const string A = """{"id":"a"}""";
    private const string B = """{"id":"b"}""";

    [Theory]
    [InlineData("not json", "not a JSON object")]
    [InlineData("\"text\"", "a string is not a detection")]
    [InlineData("42", "a number is not a detection")]
    [InlineData("null", "not a JSON object")]
    [InlineData("}", "not JSON")]
    [InlineData("\"id\":\"x\"}", "a string is not a detection")]
    [InlineData("{\"id\":\"x", "a line ends inside a string")]
    [InlineData("{\"id\":\"x\"", "a line ends in the middle of it")]
    [InlineData("{\"id\":\"x\",", "a line ends in the middle of it")]
    [InlineData("{\"id\":", "a line ends in the middle of it")]
    [InlineData("{\"id\":[", "a line ends in the middle of it")]
    [InlineData("{\"id\":{", "a line ends in the middle of it")]
    [InlineData("{\"id\":[1}", "'}' where ']' is expected")]
    [InlineData("{\"id\":1{\"id\":2}", "a line ends in the middle of it")]
    [InlineData("{\"data\":[{\"id\":1}", "a line ends in the middle of it")]
    public void A_bad_line_costs_only_itself(string bad, string reason)
    {
        foreach (var chunk in (int[])[int.MaxValue, 1, 5])
        {
            var pieces = $"{A}\n{bad}\n{B}\n{A}\n".Pieces(chunk);
            Assert.Equal([A, B, A], pieces.Good());
            Assert.Equal([new(bad, 2, A.Length + 1, bad.Length, reason)], pieces.Bad());
        }
    }

    [Theory]
    [InlineData("7", "a number is not a detection")]
    [InlineData("\"a \\\"],} string\"", "a string is not a detection")]
    [InlineData("null", "not a JSON object")]
    [InlineData("[{\"id\":1},[]]", "an array inside an array is not a detection")]
    public void In_an_array_a_value_of_another_kind_costs_only_itself(string bad, string reason)
    {
        foreach (var chunk in (int[])[int.MaxValue, 1, 5])
        {
            var pieces = $"[{A}, {bad},{B}]".Pieces(chunk);
            Assert.Equal([A, B], pieces.Good());
            Assert.Equal([new(bad, 1, A.Length + 3, bad.Length, reason)], pieces.Bad());
        }
    }

    [Fact]
    public void A_broken_object_over_many_lines_is_one_bad_item()
    {
        var broken = "{\n  \"id\": \"x,\n  \"inner\": {\n    \"y\": 1\n  }\n}";
        foreach (var chunk in (int[])[int.MaxValue, 1, 5])
        {
            var pieces = $"{A}\n{broken}\n{B}\n".Pieces(chunk);
            Assert.Equal([A, B], pieces.Good());
            Assert.Equal([new(broken, 2, A.Length + 1, broken.Length, "a line ends inside a string")], pieces.Bad());
        }
    }

    [Fact]
    public void A_broken_item_of_an_indented_array_is_one_bad_item()
    {
        var text = "[\n  {\n    \"id\": \"x\n  },\n  {\n    \"id\": \"b\"\n  }\n]\n" + A;
        var pieces = text.Pieces();
        Assert.Equal(["{\n    \"id\": \"b\"\n  }", A], pieces.Good());
        Assert.Equal("{\n    \"id\": \"x\n  },", Assert.Single(pieces.Bad()).Text);
    }

    [Fact]
    public void A_stray_bracket_does_not_take_the_lines_after_it()
    {
        var envelope = $$"""{"data":[{{B}}]}""";
        var pieces = $"[\n{A}\n{envelope}\n".Pieces();
        Assert.Equal([A, B], pieces.Good());
        Assert.Equal("',' or ']' is missing before this", Assert.Single(pieces.Bad()).Error);
    }

    [Theory]
    [InlineData("[#,#", "the stream ends inside an array")]
    [InlineData("[#,#,]", "a value is missing before ']'")]
    [InlineData("[#,,#]", "a value is missing before ','")]
    [InlineData("[# #]", "',' or ']' is missing before this")]
    public void A_malformed_array_is_reported_and_its_items_are_read(string text, string reason)
    {
        var pieces = text.Replace("#", A, StringComparison.Ordinal).Pieces(chunk: 1);
        Assert.Equal([A, A], pieces.Good());
        Assert.Equal(reason, Assert.Single(pieces.Bad()).Error);
    }

    [Fact]
    public void An_object_that_the_end_cuts_off_is_bad()
    {
        var bad = Assert.Single($"{A}\n{{\"id\":{{\n".Pieces().Bad());
        Assert.Equal(("{\"id\":{", 2, "the stream ends in the middle of it"), (bad.Text, bad.Line, bad.Error));
    }

    [Theory]
    [InlineData("#", "#")]
    [InlineData("[", ",")]
    public void Nesting_is_limited_to_64(string before, string between)
    {
        var deep = "{\"a\":" + new string('[', 63) + new string(']', 63) + "}";
        var deeper = "{\"a\":" + new string('[', 64) + new string(']', 64) + "}";
        var pieces = (before + deep + between + deeper + between + A).Replace("#", "", StringComparison.Ordinal).Pieces(chunk: 7);
        Assert.Equal([deep, A], pieces.Good());
        Assert.Contains(pieces.Bad(), piece => (piece.Text, piece.Error) == (deeper, "nested deeper than 64"));
    }

    [Fact]
    public void An_event_that_is_too_large_is_cut_but_its_length_is_said()
    {
        var large = "{\"id\":\"" + new string('x', 3_000_000) + "\"}";
        foreach (var text in (string[])[$"{A}\n{large}\n{B}", $"[{A},{large},{B}]", $"{A}{large}{B}"])
        {
            var pieces = text.Pieces(chunk: 100_000, maxEventSize: 1_000_000);
            Assert.Equal([A, B], pieces.Good());
            var bad = Assert.Single(pieces.Bad());
            Assert.Equal((large[..65536], large.Length, "larger than 1000000 bytes"), (bad.Text, bad.Length, bad.Error));
        }
    }

    [Fact]
    public void Memory_does_not_grow_with_the_input()
    {
        using var splitter = new StepExport.Core.Ingest.DetectionSplitter();
        var largest = 0;
        for (var i = 0; i < 2000; i++)
        {
            var room = splitter.Room();
            largest = Math.Max(largest, room.Length);
            room.Span.Fill((byte)(i < 1000 ? 'x' : '['));
            splitter.Filled(room.Length);
            while (splitter.TryRead(out _))
            {
            }
        }

        Assert.True(largest <= 4 * 1024 * 1024, $"{largest} bytes");
    }
}
