using System.Text;
using System.Text.Json;
using StepExport.Cli;
using StepExport.Core.Formats;
using StepExport.Testing;
using StepExport.Testing.Ingest;

namespace StepExport.Tests.Cli;

public sealed class MapCommandTests
{
    [Fact]
    public async Task The_fourteen_real_inputs_give_the_same_events_in_every_shape()
    {
        Assert.SkipWhen(RawDetections.Missing, RawDetections.SkipReason);
        var lines = RawDetections.Lines;
        var array = "[" + string.Join(",\n", lines) + "]";
        var (exitCode, expected, _) = await MapAsync(string.Join('\n', lines));
        Assert.Equal((0, 14), (exitCode, expected.Length));
        Assert.All(expected, line => JsonDocument.Parse(line).Dispose());
        foreach (var shape in (string[])[array, $$"""{"data":{{array}}}""", $$$"""{"data":{"detections":{{{array}}}}}""", string.Concat(lines)])
        {
            var (_, output, errors) = await MapAsync(shape);
            Assert.Equal(expected, output);
            Assert.Empty(errors);
        }
    }

    [Fact]
    public async Task Bad_ones_are_named_with_their_position_and_the_rest_is_mapped()
    {
        var (exitCode, output, errors) = await MapAsync(IngressRig.Lines(1, 1) + "rubbish\n" + IngressRig.Lines(2, 1));
        Assert.Equal((1, 2), (exitCode, output.Length));
        Assert.EndsWith($"in.json:2: byte {IngressRig.Lines(1, 1).Length}: not JSON\n", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_said()
    {
        var errors = new StringWriter();
        Assert.Equal(1, await MapCommand.RunAsync("/nowhere/x.json", RecordFormat.Default, Stream.Null, errors, TestContext.Current.CancellationToken));
        Assert.Contains("/nowhere/x.json", errors.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ecs", "@timestamp")]
    [InlineData("cim", "signature_id")]
    [InlineData("raw", "marker")]
    public async Task Every_format_can_be_looked_at(string format, string field)
    {
        var (exitCode, output, _) = await MapAsync(IngressRig.Lines(1, 2), new RecordFormat(OutputFormats.Parse(format)));
        Assert.Equal((0, 2), (exitCode, output.Length));
        Assert.All(output, line => Assert.True(JsonDocument.Parse(line).RootElement.TryGetProperty(field, out _), line));
    }

    [Fact]
    public async Task A_schema_version_for_another_format_is_a_mistake()
    {
        var errors = new StringWriter();
        var context = new CliContext(Composition.Factories, TextWriter.Null, errors, TimeProvider.System);
        Assert.Equal(64, await CommandLine.RunAsync(["map", "/nowhere", "--format", "ecs", "--ocsf-version", "1.6.0"], context, TestContext.Current.CancellationToken));
        Assert.Contains("--ocsf-version has no effect with --format ecs", errors.ToString(), StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string[] Output, string Errors)> MapAsync(string text, RecordFormat? format = null)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("in.json");
        System.IO.File.WriteAllText(path, text);
        var (output, errors) = (new MemoryStream(), new StringWriter());
        var exitCode = await MapCommand.RunAsync(path, format ?? RecordFormat.Default, output, errors, TestContext.Current.CancellationToken);
        var lines = Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return (exitCode, lines, errors.ToString());
    }
}
