using System.Text;
using System.Text.Json.Nodes;
using StepExport.Core.Formats;
using StepExport.Core.Normalization;
using StepExport.Tests.Normalization;

namespace StepExport.Tests.Formats;

public sealed class RawTextTests
{
    public static TheoryData<string> Cases => [.. ProjectFiles.Cases];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Detection_comes_out_as_it_went_in(string name)
    {
        var input = File.ReadAllText(Path.Combine(ProjectFiles.Golden, name + ".input.json"));
        var raw = Rendered.Text(OutputFormat.Raw, input, new NormalizationSettings { IncludeRaw = true, Redact = false });
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(input), JsonNode.Parse(raw)), raw);
    }

    [Fact]
    public void Only_the_space_between_tokens_goes() => Assert.Equal(
        """{"z":1.50,"id":"a  b\n\"c d\" \\","y":[1e2,{},"é😀\u0001\\"],"":null}""",
        Rendered.Text(OutputFormat.Raw, "{ \"z\" : 1.50,\r\n\t\"id\": \"a  b\\n\\\"c d\\\" \\\\\" ,\n \"y\":[ 1e2 , { } , \"é😀\\u0001\\\\\" ], \"\" : null }"));

    [Fact]
    public void Credentials_do_not_come_out_again()
    {
        var raw = Rendered.Text(OutputFormat.Raw, "Reverse-Shell/credentials");
        Assert.Contains("***", raw, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", raw, StringComparison.Ordinal);
        Assert.Equal("Reverse-Shell", JsonNode.Parse(raw)!["id"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("""{"time":1,"unmapped":{"raw_data":"{\"no\":1}"}}""")]
    [InlineData("""{"time":1,"message":",\"raw_data\":\"{}\""}""")]
    public void Finding_that_was_journaled_without_its_text_comes_out_whole(string body) =>
        Assert.Equal(body, Rendered.Text(OutputFormat.Raw, Encoding.UTF8.GetBytes(body)));
}
