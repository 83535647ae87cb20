using System.Text;
using System.Text.Json.Nodes;
using StepExport.Core.Model;
using StepExport.Core.Normalization;

namespace StepExport.Tests.Normalization;

public sealed class NormalizerTests
{
    private const string Shell = """{"id":"Reverse-Shell","owner":"acme","repo":"shop","timestamp":1753204005,"run_id":7}""";

    [Theory]
    [InlineData("", "not valid JSON at line 1, byte 1")]
    [InlineData("[]", "a detection is a JSON object, this is not one (byte 1)")]
    [InlineData(" 5", "a detection is a JSON object, this is not one (byte 2)")]
    [InlineData("{\"a\":1} x", "not valid JSON at line 1, byte 9")]
    [InlineData("{\"a\": [\"x\", ...]}", "not valid JSON at line 1, byte 13")]
    [InlineData("{\"a\":1,}", "not valid JSON at line 1, byte 8")]
    [InlineData("{\"a\":1,\n\"b\":{\"c\":1,\"\\u0063\":2}}", "the same name twice in one object")]
    [InlineData("{\"a\":\"\\ud800\"}", "half a surrogate pair (byte 6)")]
    [InlineData("{\"\\udc00x\":1}", "half a surrogate pair (byte 2)")]
    public void Refuses_what_is_no_detection_and_says_where(string json, string error) =>
        Assert.StartsWith(error, Normalized.Error(json));

    [Fact]
    public void Refuses_invalid_utf8_and_says_where() =>
        Assert.Equal("not valid UTF-8 (byte 6)", Normalized.Error(new byte[] { (byte)'{', (byte)'"', (byte)'a', (byte)'"', (byte)':', 0xFF, (byte)'}' }));

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    public void Accepts_nesting_up_to_64(int arrays, bool accepted) =>
        Assert.Equal(accepted, Normalized.Error("{\"a\":" + new string('[', arrays) + new string(']', arrays) + "}") is null);

    [Fact]
    public void Fills_the_header_of_the_record()
    {
        var output = Normalized.Of(Shell);
        var header = output.Header;
        Assert.Equal(1_753_204_005_000, header.TimeMs);
        Assert.Equal(Severity.Critical, header.Severity);
        Assert.Equal(FindingStatus.New, header.Status);
        Assert.Equal("Reverse-Shell", Encoding.UTF8.GetString(header.Type));
        Assert.Equal("acme/shop", Encoding.UTF8.GetString(header.Repository));
        Assert.Equal(Convert.ToHexStringLower(header.Uid), JsonNode.Parse(output.Body.WrittenSpan)!["metadata"]!["uid"]!.GetValue<string>());
    }

    [Fact]
    public void Takes_the_time_of_receipt_when_there_is_no_usable_timestamp()
    {
        var finding = Normalized.Event("""{"id":"Reverse-Shell","timestamp":"yesterday"}""");
        Assert.Equal(Normalized.ReceivedAtMs, finding["time"]!.GetValue<long>());
        Assert.Null(finding["metadata"]!["original_time"]);
        Assert.Equal("yesterday", finding["unmapped"]!["timestamp"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("""{"id":"Threat-Intelligence","event_id":"e","detection":"d"}""", "e", "d")]
    [InlineData("""{"id":"i","type":"Threat-Intelligence","event_id":"e"}""", "e", "i")]
    [InlineData("""{"id":"i","type":"Threat-Intelligence"}""", "i", null)]
    public void An_incident_goes_by_its_event_id_and_keeps_its_other_names(string json, string uid, string? other)
    {
        var info = Normalized.Event(json)["finding_info"]!;
        Assert.Equal((uid, other), (info["uid"]!.GetValue<string>(), info["uid_alt"]?.GetValue<string>()));
    }

    [Theory]
    [InlineData("Reverse-Shell")]
    [InlineData("Brand-New")]
    public void Configured_severity_stands_above_the_mapping(string type)
    {
        var settings = new NormalizationSettings { Severity = new Dictionary<string, Severity> { [type] = Severity.Low } };
        var finding = Normalized.Event(Shell.Replace("Reverse-Shell", type), settings);
        Assert.Equal(2, finding["severity_id"]!.GetValue<int>());
        Assert.Equal("Low", finding["severity"]!.GetValue<string>());
        Assert.False(finding["is_alert"]!.GetValue<bool>());
        Assert.Equal(Severity.Low, Normalized.Of(Shell.Replace("Reverse-Shell", type), settings).Severity);
    }

    [Fact]
    public void Configured_severity_of_one_type_leaves_the_others_alone()
    {
        var settings = new NormalizationSettings { Severity = new Dictionary<string, Severity> { ["Domain-Blocked"] = Severity.Low } };
        Assert.Equal(5, Normalized.Event(Shell, settings)["severity_id"]!.GetValue<int>());
    }

    [Fact]
    public void Keeps_the_original_text_on_request()
    {
        Assert.Null(Normalized.Event(Shell)["raw_data"]);
        Assert.Equal(Shell, Normalized.Event(Shell, new NormalizationSettings { IncludeRaw = true })["raw_data"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("{\"a\":{\"b\":1}}", "{\"a\":{},\"b\":1}")]
    [InlineData("{\"a\":[\"1\",\"2\"]}", "{\"a\":[\"12\"]}")]
    [InlineData("{\"a\":[[],[1]]}", "{\"a\":[[1],[]]}")]
    [InlineData("{\"a\":true}", "{\"a\":\"true\"}")]
    [InlineData("{\"a\":null}", "{\"a\":\"null\"}")]
    [InlineData("{\"ab\":\"c\"}", "{\"a\":\"bc\"}")]
    [InlineData("{\"a\":{}}", "{\"a\":[]}")]
    [InlineData("{\"a\":\"\"}", "{}")]
    public void Detections_that_differ_have_different_uids(string one, string other) =>
        Assert.NotEqual(Normalized.Uid(one), Normalized.Uid(other));

    [Fact]
    public void Uid_is_that_of_the_detection_before_redaction() => Assert.NotEqual(
        Normalized.Uid("""{"id":"X","v":"--token=a"}"""),
        Normalized.Uid("""{"id":"X","v":"--token=b"}"""));

    [Fact]
    public void One_output_can_be_used_again_and_again()
    {
        var normalizer = new Normalizer(new NormalizationSettings());
        var output = new NormalizedDetection();
        foreach (var name in ProjectFiles.Cases.Concat(ProjectFiles.Cases.Reverse()))
        {
            var json = File.ReadAllText(Path.Combine(ProjectFiles.Golden, name + ".input.json"));
            normalizer.Normalize(Encoding.UTF8.GetBytes(json), Normalized.ReceivedAtMs, output);
            Assert.Equal(Normalized.Of(json).Body.WrittenSpan.ToArray(), output.Body.WrittenSpan.ToArray());
        }
    }

    [Fact]
    public void Top_level_time_stands_before_any_other_time()
    {
        var text = Encoding.UTF8.GetString(Normalized.Of("""{"time":1,"id":"X"}""").Body.WrittenSpan);
        Assert.Equal(text.IndexOf("\"time\":", StringComparison.Ordinal), text.IndexOf($"\"time\":{Normalized.ReceivedAtMs}", StringComparison.Ordinal));
    }

    [Fact]
    public void Allocates_nothing_per_event()
    {
        var normalizer = new Normalizer(new NormalizationSettings());
        var output = new NormalizedDetection();
        var samples = Directory.GetFiles(ProjectFiles.Samples).Select(File.ReadAllBytes).ToList();
        for (var i = 0; i < 50; i++) Run();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 50; i++) Run();
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / (50 * samples.Count), 0, 64);

        void Run()
        {
            foreach (var sample in samples) normalizer.Normalize(sample, Normalized.ReceivedAtMs, output);
        }
    }
}
