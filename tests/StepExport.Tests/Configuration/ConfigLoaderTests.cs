using StepExport.Configuration;
using StepExport.Core.Model;
using static StepExport.Tests.Configuration.TestFactories;

namespace StepExport.Tests.Configuration;

public sealed class ConfigLoaderTests
{
    private const string Minimal = "sources: { a: { type: file, path: x } }\nsinks: { b: { type: console } }\n";

    [Fact]
    public void Five_different_mistakes_are_reported_together_in_the_order_of_lines()
    {
        const string Text = """
            dataDir: ./data
            jurnal: { maxSize: 2GB }
            admin: { listen: 127.0.0.1:8970 }
            sources:
              samples: { type: file }
            sinks:
              splunk:
                type: splunk_hec
                endpoints: [https://hec1:8088]
                token: ${env:STEPEXPORT_TEST_UNSET}
                timeout: 30
                where: { minSeverity: hihg }
            """;
        Assert.Equal(
            [
                "c.yaml:2:1: jurnal: unknown key; did you mean 'journal'?",
                "c.yaml:5:3: sources.samples.path: is missing; add it",
                "c.yaml:10:12: sinks.splunk.token: environment variable STEPEXPORT_TEST_UNSET is not set; set it before the start",
                "c.yaml:11:14: sinks.splunk.timeout: a duration has a unit: 250ms, 5s, 2m, 1h",
                "c.yaml:12:27: sinks.splunk.where.minSeverity: 'hihg' is not one of informational, low, medium, high, critical, fatal; did you mean 'high'?",
            ],
            Errors(Text));
    }

    [Fact]
    public void Yaml_and_json_give_the_same_configuration()
    {
        const string Yaml = """
            # comment
            dataDir: &dir ./d
            journal: { maxSize: 3MB, segmentSize: 128KB }
            log: { level: warning }
            normalization:
              severity: { Agent-Tampered: fatal }
              redact: { patterns: ["a\tb", 'it''s'] }
            sources:
              in.1: { type: file, path: *dir, follow: true }
            sinks:
              s-2:
                type: splunk_hec
                endpoints:
                  - https://h
                token: ${env:PATH}
                index: "123"
                mode: whenRequired
                ratio: 1e-1
                timeout: 250ms
                inFlight: 8
                where: { minSeverity: high, types: [a*, b] }
            """;
        const string Json = """
            { // comment
              "dataDir": "./d", "journal": { "maxSize": "3MB", "segmentSize": "128KB" }, "log": { "level": "warning" },
              "normalization": { "severity": { "Agent-Tampered": "fatal" }, "redact": { "patterns": ["a\tb", "it's"] } },
              "sources": { "in.1": { "type": "file", "path": "./d", "follow": true } },
              "sinks": { "s-2": { "type": "splunk_hec", "endpoints": ["https:\/\/h"], "token": "${env:PATH}", "index": "123",
                "mode": "whenRequired", "ratio": 0.1, "timeout": "250ms", "inFlight": 8,
                "where": { "minSeverity": "high", "types": ["a*", "b"] }, } }
            }
            """;
        var config = Valid(Yaml);
        Assert.Equal(Dump(config), Dump(Valid(Json, "c.json")));
        var sink = Assert.IsType<TestSinkConfig>(Assert.Single(config.Sinks).Config);
        Assert.Equal(("s-2", TestMode.WhenRequired, 0.1, "123"), (config.Sinks[0].Name, sink.Mode, sink.Ratio, sink.Index));
        Assert.Equal(["a*", "b"], sink.Where.Types);
        Assert.Equal(Severity.Fatal, config.Normalization.ToSettings().Severity["Agent-Tampered"]);
        Assert.Equal(new TestSourceConfig { Type = "file", Path = "./d", Follow = true }, config.Sources[0].Config);
    }

    [Fact]
    public void Components_keep_the_order_of_the_file() =>
        Assert.Equal(["z", "a"], Valid("sources: { a: { type: file, path: x } }\nsinks: { z: { type: console }, a: { type: console } }").Sinks.Select(s => s.Name));

    [Fact]
    public void Defaults_are_these()
    {
        var config = Valid(Minimal);
        Assert.Equal("./data", config.DataDir);
        Assert.Equal(2_000_000_000, config.Journal.MaxSize.Bytes);
        Assert.Equal(64_000_000, config.Journal.SegmentSize.Bytes);
        Assert.Equal("127.0.0.1:8970", config.Admin.Listen);
        Assert.Null(config.Admin.Token);
        Assert.Equal(TimeSpan.FromSeconds(25), config.Shutdown.DrainTimeout.Value);
        Assert.Equal(LogVerbosity.Information, config.Log.Level);
        Assert.Equal((false, true), (config.Normalization.IncludeRaw, config.Normalization.Redact.Enabled));
        Assert.Empty(config.Normalization.Severity);
        Assert.Empty(config.Normalization.Redact.Patterns);
        var sink = config.Sinks[0].Config;
        Assert.Null(sink.Where.MinSeverity);
        Assert.Equal(["*"], sink.Where.Types);
        Assert.Equal(["*"], sink.Where.Repos);
        Assert.Equal(new(), sink.Batch);
        Assert.Equal((1_000_000, 1000, TimeSpan.FromSeconds(1)), (sink.ToSettings().BatchMaxBytes, sink.ToSettings().BatchMaxEvents, sink.ToSettings().BatchMaxAge));
        Assert.Equal(("30s", 4, "500ms", "1m"), (sink.Timeout.ToString(), sink.InFlight, sink.Retry.Initial.ToString(), sink.Retry.Max.ToString()));
        Assert.Equal("1.8.0", sink.OcsfVersion);
    }

    [Fact]
    public void The_journal_lies_under_the_data_folder()
    {
        var settings = Valid(Minimal + "dataDir: d\njournal: { maxSize: 1MB, segmentSize: 20KB }\n").ToJournalSettings();
        Assert.Equal(("d/journal", 1_000_000, 20_000), (settings.Directory, settings.MaxSize, settings.SegmentSize));
    }

    [Fact]
    public void Dedupe_remembers_two_weeks_in_a_file_under_the_data_folder_unless_it_is_off()
    {
        Assert.Equal(
            new() { Path = "d/dedupe.db", Window = TimeSpan.FromDays(14), MaxEntries = 1_000_000 },
            Valid(Minimal + "dataDir: d\n").ToDedupeSettings());
        Assert.Null(Valid(Minimal + "dedupe: { window: 0s }\n").ToDedupeSettings());
        var warning = Assert.Single(Parse(Minimal + "dedupe: { window: 0s }\n").Warnings).ToString();
        Assert.EndsWith("dedupe.window: 0s: detections that come twice are exported twice; remove it, or write 14d", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void A_warning_does_not_hinder()
    {
        var loaded = Parse("sources: { a: { type: file, path: x } }\nsinks:\n b: { type: splunk_hec, endpoints: [https://h], token: s3cret, tls: { verify: false } }\n");
        Assert.NotNull(loaded.Config);
        Assert.Equal(
            [
                "c.yaml:3:56: sinks.b.token: a secret stands in the file itself; better ${env:NAME} or ${file:PATH}",
                "c.yaml:3:79: sinks.b.tls.verify: any certificate is accepted",
            ],
            loaded.Warnings.Select(w => w.ToString()));
    }

    [Fact]
    public void A_missing_file_is_an_error_without_a_line() =>
        Assert.Equal("no/such.yaml: no such file; 'stepexport init' writes a starter file", Assert.Single(new ConfigLoader(All).Load("no/such.yaml").Errors).ToString());

    [Fact]
    public void A_file_that_is_not_utf8_is_refused()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, [0x61, 0xff, 0x62]);
            Assert.Equal($"{file}: is not UTF-8 text; save it as UTF-8", Assert.Single(new ConfigLoader(All).Load(file).Errors).ToString());
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string Dump(ExportConfig config) => System.Text.Json.JsonSerializer.Serialize(
        new { config, source = (TestSourceConfig)config.Sources[0].Config, sink = (TestSinkConfig)config.Sinks[0].Config, names = config.Sinks.Select(s => s.Name) },
        ConfigJson.Options);

    [Fact]
    public void Raw_needs_the_text_in_the_journal() => Assert.Equal(
        "raw",
        Valid("normalization: { includeRaw: true }\nsources: { a: { type: file, path: x } }\nsinks: { b: { type: console, format: raw } }").Sinks[0].Config.Format);
}
