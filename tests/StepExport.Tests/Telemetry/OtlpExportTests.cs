using StepExport.Admin;
using StepExport.Configuration;
using StepExport.Core.Delivery;
using StepExport.Core.Telemetry;
using StepExport.Telemetry;
using StepExport.Testing;
using StepExport.Testing.Delivery;
using StepExport.Testing.Otlp;
using StepExport.Tests.Admin;
using StepExport.Tests.Logs;

namespace StepExport.Tests.Telemetry;

/// <summary>OTLP over real HTTP and gRPC, decoded from the wire by an independent reader.</summary>
/// <remarks>Meters and spans are the process's: what other tests do at the same time arrives too, under other names.</remarks>
public sealed class OtlpExportTests : IDisposable
{
    private readonly string _tag = Guid.NewGuid().ToString("N");
    private readonly SampleStatus _sample = new();
    private readonly Said _said = new();

    public void Dispose() => _said.Dispose();

    [Theory]
    [InlineData("http")]
    [InlineData("grpc")]
    public async Task Every_metric_of_the_page_arrives_with_its_name_labels_and_value(string protocol)
    {
        await using var receiver = await OtlpReceiver.StartAsync(protocol == "grpc");
        await using var export = Start(receiver, protocol);
        await RunnerRig.UntilAsync(() => receiver.Received.Count > 0);

        var request = receiver.Received[0];
        var arrived = request.Metrics.ToDictionary(m => m.Name);
        foreach (var family in MetricsPage.Read(_sample.Status).Families.Where(f => f.Type != PrometheusText.HistogramType))
        {
            if (family.Samples.Count == 0) continue;
            var metric = arrived[family.Name];
            Assert.Equal((family.Type == "counter" ? "sum" : "gauge", family.Help), (metric.Kind, metric.Description));
            Assert.Equal(
                family.Samples.Select(s => (Labels(s.Labels), s.Value)).Order(),
                metric.Points.Select(p => (Labels([.. p.Attributes.Select(a => (a.Key, a.Value))]), p.Value)).Order());
        }

        Assert.True(arrived.Count > 25, $"{arrived.Count} metrics");
        Assert.Equal(("stepexport", "1.2.3"), (request.Resource["service.name"], request.Resource["service.version"]));
        Assert.Equal(Environment.MachineName, request.Resource["service.instance.id"]);
    }

    [Fact]
    public async Task Histograms_arrive_with_the_buckets_of_the_page()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var export = Start(receiver, interval: TimeSpan.FromSeconds(1));
        var sink = new SinkMetrics(_tag, TimeProvider.System);
        foreach (var seconds in new[] { 0.001, 0.03, 0.03, 100 })
        {
            sink.RequestStarted();
            sink.RequestEnded(TimeSpan.FromSeconds(seconds));
        }

        // An export may fall between two requests: the point that has them all counts.
        OtlpPoint? point = null;
        await RunnerRig.UntilAsync(() => (point = Points(receiver, "stepexport_sink_request_duration_seconds").LastOrDefault(p => p.Attributes["sink"] == _tag)) is { Count: >= 4 });

        Assert.Equal(DurationHistogram.UpperBounds, point!.Bounds);
        Assert.Equal(sink.RequestDuration.Counts(), point.Buckets.Select(b => (long)b));
        Assert.Equal((4UL, 100.061), (point.Count, Math.Round(point.Value, 6)));
    }

    [Fact]
    public async Task Values_move_with_the_page_and_what_appears_later_is_sent_too()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var export = Start(receiver, interval: TimeSpan.FromSeconds(1));
        await RunnerRig.UntilAsync(() => receiver.Received.Count > 0);

        _sample.Sink.AddDelivered(1000);
        _sample.Sink.Gauges = [new("odd_total", "Odd.", 3, ("endpoint", "a"))];

        await RunnerRig.UntilAsync(() => Points(receiver, "stepexport_sink_delivered_total").Any(p => p.Value == 1030));
        await RunnerRig.UntilAsync(() => Points(receiver, "stepexport_sink_odd_total").Any(p => p.Value == 3));
        Assert.Equal("a", Points(receiver, "stepexport_sink_odd_total").First().Attributes["endpoint"]);
    }

    [Theory]
    [InlineData("http")]
    [InlineData("grpc")]
    public async Task Each_attempt_of_a_batch_is_a_span_with_what_came_of_it(string protocol)
    {
        await using var receiver = await OtlpReceiver.StartAsync(protocol == "grpc");
        await using (Start(receiver, protocol))
        {
            await using var rig = await RunnerRig.StartAsync(10, _tag);
            var sink = new ScriptedSink((_, send) => send == 1 ? SendResult.Retry("busy") : SendResult.Delivered);
            // Only a full batch is closed, however fast the clock runs.
            await using var running = rig.Run(sink, RunnerRig.Settings with { BatchMaxAge = TimeSpan.FromDays(1) }, _tag);
            await running.DrainAsync();
        }

        var spans = receiver.Spans.Where(s => s.Attributes.GetValueOrDefault("sink") == _tag).ToList();
        Assert.Equal([("Retry", "1", "busy"), ("Delivered", "2", null)], spans.Select(s => (s.Attributes["outcome"], s.Attributes["attempt"], s.Error)));
        Assert.All(spans, span => Assert.Equal(("send batch", 3UL, "10", ""), (span.Name, span.Kind, span.Attributes["records"], span.ParentId)));
        Assert.All(spans, span => Assert.InRange(long.Parse(span.Attributes["bytes"], System.Globalization.CultureInfo.InvariantCulture), 10, 1_000_000));
    }

    [Fact]
    public void Without_a_collector_there_is_no_span() => Assert.Null(Tracing.SendBatch(_tag, 1, 1));

    [Fact]
    public async Task Headers_are_read_again_for_every_request()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("key", "first");
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var export = Start(receiver, interval: TimeSpan.FromSeconds(1), headers: new() { ["Authorization"] = new($"Bearer ${{file:{file}}}") });
        await RunnerRig.UntilAsync(() => receiver.Authorizations.Contains("Bearer first"));
        await File.WriteAllTextAsync(file, "second", TestContext.Current.CancellationToken);
        await RunnerRig.UntilAsync(() => receiver.Authorizations.Contains("Bearer second"));

        File.Delete(file);
        await RunnerRig.UntilAsync(() => _said.Messages.Any(m => m.Contains("are not taken: a header cannot be read", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("http", 503, "HTTP 503 Service Unavailable")]
    [InlineData("grpc", 7, "gRPC status 7")]
    public async Task Refusals_are_said_once_and_so_is_their_end(string protocol, int status, string reason)
    {
        await using var receiver = await OtlpReceiver.StartAsync(protocol == "grpc");
        receiver.Status = status;
        await using (Start(receiver, protocol, TimeSpan.FromSeconds(1)))
        {
            await RunnerRig.UntilAsync(() => receiver.Received.Count >= 3);
            var said = Assert.Single(_said.Messages);
            Assert.Equal($"The metrics for {new Uri(receiver.Address).Authority} are not taken: {reason}; this is said once, and the program goes on without", said);
            receiver.Status = 200;
            await RunnerRig.UntilAsync(() => _said.Messages.Count == 2);
        }

        Assert.EndsWith("takes metrics and traces again", _said.Messages[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http")]
    [InlineData("grpc")]
    public async Task A_collector_that_is_not_there_holds_nothing_up(string protocol)
    {
        string address;
        await using (var gone = await OtlpReceiver.StartAsync()) address = gone.Address;
        var export = Start(address, protocol, TimeSpan.FromSeconds(1));
        await RunnerRig.UntilAsync(() => _said.Messages.Count == 1);

        await export.DisposeAsync();

        Assert.Matches("are not taken: .*(cannot connect|connection)", Assert.Single(_said.Messages));
    }

    [Fact]
    public async Task The_end_does_not_wait_for_a_silent_collector()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        receiver.Until = new TaskCompletionSource().Task;
        var time = new SwiftTime(50);
        var export = Start(receiver.Address, "http", TimeSpan.FromHours(1), time: time);
        await RunnerRig.UntilAsync(() => receiver.Received.Count > 0);

        var before = time.GetTimestamp();
        await export.DisposeAsync();

        // A minute is the patience with a request; by this clock the end waits for seconds.
        Assert.InRange(time.GetElapsedTime(before), TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(30));
    }

    private static IEnumerable<OtlpPoint> Points(OtlpReceiver receiver, string name) =>
        receiver.Received.SelectMany(r => r.Metrics).Where(m => m.Name == name).SelectMany(m => m.Points);

    private static string Labels((string Name, string Value)[] labels) => string.Join(',', labels.Select(l => $"{l.Name}={l.Value}").Order());

    private OtlpExport Start(OtlpReceiver receiver, string protocol = "http", TimeSpan? interval = null, Dictionary<string, Secret>? headers = null) =>
        Start(receiver.Address, protocol, interval ?? TimeSpan.FromHours(1), headers);

    private OtlpExport Start(string address, string protocol, TimeSpan interval, Dictionary<string, Secret>? headers = null, TimeProvider? time = null) =>
        new(
            new() { Endpoint = address, Protocol = protocol, Interval = new(interval), Timeout = new(TimeSpan.FromMinutes(1)), Headers = headers ?? [] },
            _sample.Status, time ?? TimeProvider.System, _said.Log);
}
