using System.Buffers;
using System.Text;
using FsCheck.Fluent;
using StepExport.Core.Formats;
using StepExport.Core.Normalization;
using StepExport.Core.Ocsf;

namespace StepExport.Tests.Normalization;

/// <summary>Asks the validator that is proven against the official one.</summary>
public sealed class ValidatorTests
{
    public static TheoryData<string> Versions => [.. OcsfVersions.Texts];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Golden_events_validate_without_errors_and_warnings(string version) =>
        await Validate(version, ProjectFiles.Cases.Select(name => File.ReadAllText(Path.Combine(ProjectFiles.Golden, name + ".input.json"))));

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Hostile_events_validate_without_errors_and_warnings(string version) =>
        await Validate(version, ArbitraryDetections.Generator.Sample(300));

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Giant_strings_validate_without_errors_and_warnings(string version)
    {
        var giant = new string('é', 70_000);
        await Validate(version,
        [
            $$"""{"id":"Reverse-Shell","repo":"a/b","job":"{{giant}}","process_events":[{"pid":1,"exe":"/{{giant}}","arguments":["{{giant}}","😀"]}]}""",
            $$"""{"id":"Domain-Blocked","endpoint":"{{giant}}","job_id":"1","name":"{{giant}}"}""",
            $$"""{"id":"{{giant}}","owner":"{{giant}}","repo":"{{giant}}","detection":"{{giant}}"}""",
        ]);
    }

    private static async Task Validate(string version, IEnumerable<string> detections)
    {
        SchemaValidator.Require();
        var format = new RecordFormat(OcsfVersions.Parse(version));
        var normalizer = new Normalizer(new NormalizationSettings { IncludeRaw = true });
        var output = new NormalizedDetection();
        var scratch = new ArrayBufferWriter<byte>();
        var events = new MemoryStream();
        var count = 0;
        foreach (var detection in detections)
        {
            Assert.True(normalizer.Normalize(Encoding.UTF8.GetBytes(detection), Normalized.ReceivedAtMs, output).Ok);
            events.Write(format.Render(output.Body.WrittenSpan, scratch));
            events.WriteByte((byte)'\n');
            count++;
        }

        Assert.Equal($"{count} events, 0 errors, 0 warnings", await SchemaValidator.VerdictAsync(events.ToArray(), version));
    }
}
