using System.Globalization;
using System.Text.Json;
using StepExport.Testing;
using StepExport.Testing.Kafka;
using StepExport.Testing.S3;
using StepExport.Testing.SplunkHec;

namespace StepExport.EndToEndTests;

/// <summary>Builders for what the end-to-end tests have in common.</summary>
internal static class Export
{
    /// <summary>Generated detections as NDJSON in the folder.</summary>
    public static string Detections(TemporaryFolder folder, int count)
    {
        var path = folder.File("detections.ndjson");
        new DetectionGenerator().WriteNdjson(path, count);
        return path;
    }

    /// <summary>A configuration from the file <c>detections.ndjson</c> to the given sinks (YAML lines below <c>sinks:</c>).</summary>
    public static string Config(TemporaryFolder folder, string sinks, string more = "") => folder.Write("stepexport.yaml", $$"""
        dataDir: data
        admin: { listen: "127.0.0.1:{{FreePort()}}" }
        shutdown: { drainTimeout: 2s }
        sources:
          detections: { type: file, path: detections.ndjson }
        {{more}}
        sinks:
        {{sinks}}
        """);

    public static string HecSink(FakeHecServer server, string more = "") =>
        $"  splunk: {{ type: splunk_hec, endpoints: ['{server.Address}'], token: '{server.Token}', acknowledgement: off, "
        + $"retry: {{ initial: 50ms, max: 500ms }}{(more.Length > 0 ? ", " + more : "")} }}";

    public static string S3Sink(S3Bucket bucket, string more = "") =>
        $"  lake: {{ type: s3, endpoint: '{bucket.Endpoint}', pathStyle: true, region: us-east-1, bucket: {bucket.Name}, "
        + $"credentials: {{ accessKeyId: {RadosGateway.AccessKey}, secretAccessKey: {RadosGateway.SecretKey} }}, "
        + $"retry: {{ initial: 50ms, max: 500ms }}{(more.Length > 0 ? ", " + more : "")} }}";

    public static string KafkaSink(MockCluster cluster, string topic, string more = "") =>
        $"  bus: {{ type: kafka, bootstrapServers: '{cluster.BootstrapServers}', topic: {topic}, "
        + $"retry: {{ initial: 50ms, max: 500ms }}{(more.Length > 0 ? ", " + more : "")} }}";

    public const string FileSink = "  archive: { type: file, path: archive.ndjson }";

    /// <summary>The address of the admin listener in a configuration made by <see cref="Config"/>.</summary>
    public static async Task<Uri> AdminAddressAsync(string config)
    {
        var line = (await File.ReadAllLinesAsync(config, TestContext.Current.CancellationToken)).First(l => l.StartsWith("admin:", StringComparison.Ordinal));
        return new Uri($"http://{line.Split('"')[1]}");
    }

    /// <summary>The run ids in an NDJSON file of findings; each detection of <see cref="DetectionGenerator"/> has its own.</summary>
    public static List<long> RunIds(string ndjson) => RunIds(File.ReadLines(ndjson));

    public static List<long> RunIds(IEnumerable<string> findings) => [.. findings.Select(line =>
    {
        using var finding = JsonDocument.Parse(line);
        var correlation = finding.RootElement.GetProperty("metadata").GetProperty("correlation_uid").GetString()!;
        return long.Parse(correlation[(correlation.LastIndexOf('/') + 1)..], CultureInfo.InvariantCulture);
    })];

    /// <summary>The run ids of detections 0 .. count-1.</summary>
    public static IEnumerable<long> ExpectedRunIds(int count) => Enumerable.Range(0, count).Select(DetectionGenerator.RunId);

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
