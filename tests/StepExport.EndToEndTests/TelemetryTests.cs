using System.Globalization;
using StepExport.Testing;
using StepExport.Testing.Otlp;

namespace StepExport.EndToEndTests;

/// <summary>Metrics and traces as a collector of OpenTelemetry gets them.</summary>
public sealed class TelemetryTests
{
    [Theory]
    [InlineData("http")]
    [InlineData("grpc")]
    public async Task A_run_tells_the_collector_what_it_did(string protocol)
    {
        const int Count = 500;
        using var folder = new TemporaryFolder();
        await using var receiver = await OtlpReceiver.StartAsync(protocol == "grpc");
        Export.Detections(folder, Count);
        var config = Export.Config(folder, Export.FileSink, $"telemetry: {{ otlp: {{ endpoint: '{receiver.Address}', protocol: {protocol} }} }}");

        var (exitCode, _, errors) = await ProgramUnderTest.RunAsync(folder.Path, "run", "-c", config, "--once");

        Assert.True(exitCode == 0, errors);
        var last = receiver.Received.Last(r => r.Metrics.Count > 0).Metrics.ToDictionary(m => m.Name);
        Assert.Equal(Count, last["stepexport_source_durable_total"].Points.Single(p => p.Attributes["source"] == "detections").Value);
        Assert.Equal(Count, last["stepexport_sink_delivered_total"].Points.Single(p => p.Attributes["sink"] == "archive").Value);
        var sends = receiver.Spans.Where(s => s.Name == "send batch").ToList();
        Assert.Equal(last["stepexport_sink_requests_total"].Points.Single().Value, sends.Count);
        Assert.Equal(last["stepexport_sink_request_duration_seconds"].Points.Single().Count, (ulong)sends.Count);
        Assert.Equal(Count, sends.Sum(Records));
        Assert.Equal(Count, receiver.Spans.Where(s => s.Name == "submit").Sum(Records));
        Assert.All(sends, s => Assert.Equal(("archive", "Delivered"), (s.Attributes["sink"], s.Attributes["outcome"])));
        Assert.All(receiver.Received, r => Assert.Equal("stepexport", r.Resource["service.name"]));
    }

    [Fact]
    public async Task A_collector_that_is_not_there_costs_one_line()
    {
        using var folder = new TemporaryFolder();
        string address;
        await using (var gone = await OtlpReceiver.StartAsync()) address = gone.Address;
        Export.Detections(folder, 100);
        var config = Export.Config(folder, Export.FileSink, $"telemetry: {{ otlp: {{ endpoint: '{address}', interval: 1s }} }}");

        var (exitCode, _, errors) = await ProgramUnderTest.RunAsync(folder.Path, "run", "-c", config, "--once");

        Assert.True(exitCode == 0, errors);
        Assert.Equal(100, Export.RunIds(folder.File("archive.ndjson")).Count);
        Assert.Single(errors.Split('\n'), l => l.Contains("are not taken: cannot connect", StringComparison.Ordinal));
    }

    private static int Records(OtlpSpan span) => int.Parse(span.Attributes["records"], CultureInfo.InvariantCulture);
}
