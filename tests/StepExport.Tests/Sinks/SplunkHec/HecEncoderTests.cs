using System.IO.Compression;
using System.Text;
using System.Text.Json;
using StepExport.Configuration;
using StepExport.Core.Delivery;
using StepExport.Core.Model;
using StepExport.Sinks.SplunkHec;
using StepExport.Testing.SplunkHec;

namespace StepExport.Tests.Sinks.SplunkHec;

public sealed class HecEncoderTests
{
    private static readonly HecConfig Plain = new() { Type = "splunk_hec", Endpoints = ["https://splunk:8088"], Token = new Secret("t") };

    [Fact]
    public void Writes_the_envelope_of_the_contract()
    {
        var uid = HecRecords.Uid(0);

        Assert.Equal(
            $$$"""{"time":1753203994.007,"host":"acme/shop","source":"stepsecurity:harden-runner","sourcetype":"stepsecurity:detection:ocsf","fields":{"event_uid":"{{{uid}}}","detection_type":"Reverse-Shell","severity":"high","repo":"acme/shop"},"event":{"n":0}}""",
            Encode(Plain, HecRecords.Record(0)));
    }

    [Theory]
    [InlineData("ocsf", null, "stepsecurity:detection:ocsf")]
    [InlineData("ecs", null, "stepsecurity:detection:ecs")]
    [InlineData("cim", null, "stepsecurity:detection:cim")]
    [InlineData("raw", null, "stepsecurity:detection:raw")]
    [InlineData("cim", "mine", "mine")]
    public void Sourcetype_names_the_format(string format, string? configured, string expected)
    {
        var config = Plain with { Format = format, Sourcetype = configured };
        Assert.Equal(expected, HecMetadata.Of(config).Sourcetype);
        Assert.Equal(expected, HecMetadata.Of(config, new() { Token = new Secret("t"), Where = new() }).Sourcetype);
    }

    [Fact]
    public void Writes_what_is_configured()
    {
        var config = Plain with { Index = "security", Host = "runner \"1\"", Source = "s\\", Sourcetype = "t\u0001é" };
        var uid = HecRecords.Uid(0);

        Assert.Equal(
            $$$"""{"time":1753203994.007,"host":"runner \"1\"","source":"s\\","sourcetype":"t\u0001é","index":"security","fields":{"event_uid":"{{{uid}}}","detection_type":"Reverse-Shell","severity":"high","repo":"acme/shop"},"event":{"n":0}}""",
            Encode(config, HecRecords.Record(0)));
    }

    [Fact]
    public void Leaves_host_and_repo_out_when_the_repository_is_unknown()
    {
        var envelope = Encode(Plain, HecRecords.Record(0, repository: ""));

        Assert.StartsWith("""{"time":1753203994.007,"source":""", envelope, StringComparison.Ordinal);
        Assert.EndsWith(""","severity":"high"},"event":{"n":0}}""", envelope, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "0.000")]
    [InlineData(1, "0.001")]
    [InlineData(999, "0.999")]
    [InlineData(1_753_203_994_000, "1753203994.000")]
    [InlineData(1_753_203_994_050, "1753203994.050")]
    [InlineData(-1, "-0.001")]
    [InlineData(-1_500, "-1.500")]
    public void Time_is_seconds_with_three_digits_of_fraction(long milliseconds, string seconds)
    {
        var envelope = Encode(Plain, HecRecords.Record(0, "a/b"u8, "T"u8, "{}", milliseconds));

        Assert.StartsWith($$"""{"time":{{seconds}},"host""", envelope, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Severity.Unknown, "unknown")]
    [InlineData(Severity.Informational, "informational")]
    [InlineData(Severity.Low, "low")]
    [InlineData(Severity.Medium, "medium")]
    [InlineData(Severity.High, "high")]
    [InlineData(Severity.Critical, "critical")]
    [InlineData(Severity.Fatal, "fatal")]
    [InlineData((Severity)99, "unknown")]
    internal void Severity_is_a_word(Severity severity, string word)
    {
        var record = HecRecords.Record(0, "a/b"u8, "T"u8, "{}", 0, severity);

        Assert.Equal(word, Parse(Encode(Plain, record)).GetProperty("fields").GetProperty("severity").GetString());
    }

    [Theory]
    [InlineData("acme/\"},\"event\":\"forged", "acme/\"},\"event\":\"forged")]
    [InlineData("back\\slash\u0000\n\u007f", "back\\slash\u0000\n\u007f")]
    [InlineData("müller/日本", "müller/日本")]
    [InlineData("rocket/🚀", "rocket/🚀")]
    public void Hostile_names_stay_inside_their_string(string repository, string expected)
    {
        var envelope = Parse(Encode(Plain, HecRecords.Record(0, repository)));

        Assert.Equal(expected, envelope.GetProperty("host").GetString());
        Assert.Equal(expected, envelope.GetProperty("fields").GetProperty("repo").GetString());
        Assert.Equal(["time", "host", "source", "sourcetype", "fields", "event"], envelope.EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public void Bytes_that_are_not_utf8_become_replacement_characters()
    {
        var envelope = Parse(Encode(Plain, HecRecords.Record(0, [(byte)'a', 0xff, 0xc3], [0xe2, 0x82], "{}", 0)));

        Assert.Equal("a\ufffd\ufffd", envelope.GetProperty("host").GetString());
        Assert.Equal("\ufffd", envelope.GetProperty("fields").GetProperty("detection_type").GetString());
    }

    [Fact]
    public void Longest_and_worst_names_fit()
    {
        var worst = new string('\0', ushort.MaxValue);

        Assert.Equal(worst, Parse(Encode(Plain, HecRecords.Record(0, worst))).GetProperty("host").GetString());
    }

    [Fact]
    public void Event_bytes_are_spliced_and_not_read()
    {
        const string NotEvenJson = "{ \"a\" : 1.50e+3, \"a\":\"\\u0041\" ";

        Assert.EndsWith("\"event\":" + NotEvenJson + "}", Encode(Plain, HecRecords.Record(0, body: NotEvenJson)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 10)]
    [InlineData(1000, 2_000)]
    [InlineData(3, 200_000)]
    public void Gzip_holds_the_same_bytes_as_plain(int count, int padding)
    {
        var records = Enumerable.Range(0, count).Select(n => HecRecords.Record(n, body: $$"""{"n":{{n}},"p":"{{new string('x', padding)}}"}""")).ToArray();
        using var gzip = new HecBody(gzip: true);
        var encoder = HecHarness.Encoder(Plain);
        var plain = Encode(Plain, records);

        // Twice: what is left of the first request must not leak into the second.
        for (var request = 0; request < 2; request++)
        {
            encoder.Encode(new Batch(records), gzip);
            using var unzip = new GZipStream(new MemoryStream(gzip.Complete().ToArray()), CompressionMode.Decompress);
            using var reader = new StreamReader(unzip, Encoding.UTF8);
            Assert.Equal(plain, reader.ReadToEnd());
            Assert.Equal(plain.Length, gzip.PlainBytes);
            gzip.Clear();
        }
    }

    [Fact]
    public void Body_abandoned_halfway_starts_clean()
    {
        using var body = new HecBody(gzip: true);
        var encoder = HecHarness.Encoder(Plain);
        encoder.Encode(new Batch(new[] { HecRecords.Record(1, body: new string('y', 100_000)) }), body);
        body.Clear();

        encoder.Encode(HecRecords.Batch(1), body);

        using var unzip = new StreamReader(new GZipStream(new MemoryStream(body.Complete().ToArray()), CompressionMode.Decompress));
        Assert.Equal(Encode(Plain, HecRecords.Record(0)), unzip.ReadToEnd());
    }

    private static string Encode(HecConfig config, params ExportRecord[] records)
    {
        using var body = new HecBody(gzip: false);
        HecHarness.Encoder(config).Encode(new Batch(records), body);
        return Encoding.UTF8.GetString(body.Complete().Span);
    }

    private static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
