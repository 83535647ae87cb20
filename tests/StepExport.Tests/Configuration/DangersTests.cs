using System.Runtime.Versioning;
using StepExport.Configuration;
using StepExport.Testing;

namespace StepExport.Tests.Configuration;

/// <summary>What is allowed but dangerous is said with its place, why it matters and what to do.</summary>
public sealed class DangersTests
{
    private const string Token = "token: '${env:STEPEXPORT_TEST_LONG}'";

    static DangersTests()
    {
        Environment.SetEnvironmentVariable("STEPEXPORT_TEST_LONG", "0123456789abcdef0123456789abcdef");
        Environment.SetEnvironmentVariable("STEPEXPORT_TEST_EVEN", "abababababababababababababababab");
        Environment.SetEnvironmentVariable("STEPEXPORT_TEST_SHORT", "0123456789abcdef0123456789abcdef\nhunter2");
    }

    /// <summary>§ marks the place that has to be named; it is not part of the text.</summary>
    public static TheoryData<string, string, string> Dangers { get; } = new()
    {
        { Sink($"type: splunk_hec, endpoints: [https://h], {Token}, tls: {{ verify: §false }}"), "sinks.x.tls.verify", "anyone on the way" },
        { Sink("type: kafka, bootstrapServers: 'k:1', topic: t, tls: { verify: §false }"), "sinks.x.tls.verify", "anyone on the way" },
        { Sink("type: s3, bucket: abc, region: eu-west-1, tls: { verify: §false }"), "sinks.x.tls.verify", "anyone on the way" },
        { Source("type: s3, bucket: abc, region: eu-west-1, tls: { verify: §false }"), "sources.x.tls.verify", "anyone on the way" },
        { Source("type: kafka, bootstrapServers: 'k:1', topics: [t], groupId: g, tls: { verify: §false }"), "sources.x.tls.verify", "anyone on the way" },
        { Source("type: stepsecurity, customer: c, apiKey: '${env:PATH}', tls: { verify: §false }"), "sources.x.tls.verify", "anyone on the way" },
        { Kafka("tls: {}, sasl: { mechanism: oauthbearer, oidc: { tokenEndpoint: 'https://i/t', clientId: c, clientSecret: '${env:PATH}', tls: { verify: §false } } }"), "sinks.x.sasl.oidc.tls.verify", "anyone on the way" },
        { Root($"log: {{ splunk: {{ endpoints: [https://h], {Token}, tls: {{ verify: §false }} }} }}"), "log.splunk.tls.verify", "anyone on the way" },
        { Root("telemetry: { otlp: { endpoint: https://h, tls: { verify: §false } } }"), "telemetry.otlp.tls.verify", "anyone on the way" },

        { Sink($"type: splunk_hec, endpoints: [https://h, §'http://h:8088'], {Token}"), "sinks.x.endpoints[1]", "the token and the events travel unencrypted" },
        { Sink($"type: splunk_hec, endpoints: [https://h], {Token}, proxy: §'http://p:1', proxyUser: u, proxyPassword: '${{env:PATH}}'"), "sinks.x.proxy", "proxyPassword travel unencrypted" },
        { Sink("type: s3, bucket: abc, endpoint: §'http://minio:9000'"), "sinks.x.endpoint", "the events travel unencrypted" },
        { Sink("type: s3, bucket: abc, region: eu-west-1, stsEndpoint: §'http://sts'"), "sinks.x.stsEndpoint", "credentials travel unencrypted" },
        { Sink("type: s3, bucket: abc, region: eu-west-1, acl: §public-read"), "sinks.x.acl", "anyone can read the findings" },
        { Sink("type: s3, bucket: abc, region: eu-west-1, acl: §authenticated-read"), "sinks.x.acl", "everyone with an AWS account" },
        { Source("type: s3, bucket: abc, endpoint: §'http://minio:9000'"), "sources.x.endpoint", "the events travel unencrypted" },
        { Source("type: stepsecurity, customer: c, apiKey: '${env:PATH}', baseUrl: §'http://api'"), "sources.x.baseUrl", "the API key and the detections travel unencrypted" },
        { Kafka("tls: {}, sasl: { mechanism: oauthbearer, oidc: { tokenEndpoint: §'http://i/t', clientId: c, clientSecret: '${env:PATH}' } }"), "sinks.x.sasl.oidc.tokenEndpoint", "the client secret and the token travel unencrypted" },
        { Root($"log: {{ splunk: {{ endpoints: [§'http://h'], {Token} }} }}"), "log.splunk.endpoints[0]", "the token and the events travel unencrypted" },
        { Root("telemetry: { otlp: { endpoint: §'http://h', headers: { a: '${env:PATH}' } } }"), "telemetry.otlp.endpoint", "the headers travel unencrypted" },

        { "sources: { a: { type: stdin } }\nsinks:\n  §x: { type: kafka, topic: t, bootstrapServers: 'localhost:1,k:1' }", "sinks.x.tls", "the events travel unencrypted" },
        { "sources: { a: { type: stdin } }\nsinks:\n  §x: { type: kafka, topic: t, bootstrapServers: 'k:1', sasl: { mechanism: plain, username: u, password: '${env:PATH}' } }", "sinks.x.tls", "the password and the events travel unencrypted" },
        { "sinks: { a: { type: console } }\nsources:\n  §x: { type: kafka, topics: [t], groupId: g, bootstrapServers: 'k:1' }", "sources.x.tls", "the events travel unencrypted" },
        { "sinks: { a: { type: console } }\nsources:\n  §x: { type: webhook, listen: '0.0.0.0:1', auth: { bearer: '${env:STEPEXPORT_TEST_LONG}' } }", "sources.x.tls", "other machines can reach" },
        { Source("type: webhook, listen: '127.0.0.1:1', auth: { bearer: §'${env:STEPEXPORT_TEST_SHORT}' }"), "sources.x.auth.bearer", "shorter than 20 characters" },
        { Source("type: webhook, listen: '127.0.0.1:1', auth: { hmac: { secret: §'${env:STEPEXPORT_TEST_SHORT}' } }"), "sources.x.auth.hmac.secret", "shorter than 20 characters" },
        { Root("admin: { token: §'${env:STEPEXPORT_TEST_SHORT}' }"), "admin.token", "shorter than 20 characters" },
        { Root($"admin: {{ listen: §'0.0.0.0:8970', {Token} }}"), "admin.listen", "other machines can reach" },

        { Sink($"type: splunk_hec, endpoints: [https://h], {Token}, acknowledgement: §off"), "sinks.x.acknowledgement", "is lost when Splunk loses it" },
        { Kafka("tls: {}, sasl: { mechanism: plain, username: u, password: §hunter2 }"), "sinks.x.sasl.password", "a secret stands in the file itself" },
        { Root("normalization: { redact: { enabled: §false } }"), "normalization.redact.enabled", "passwords and tokens" },
        { Root("normalization: { includeRaw: §true }"), "normalization.includeRaw", "as received is kept and sent" },
        { Root("journal: { maxSize: §9MB }"), "journal.maxSize", "9MB is less than 10 times sources.a.maxEventSize 1MB" },
        { Sink("type: file, path: §data/archive/out.ndjson"), "sinks.x.path", "lies in dataDir" },
        { Sink("type: file, path: out.ndjson, mode: §'0644'"), "sinks.x.mode", "every user of this machine can read the findings" },
        { Sink("type: s3, bucket: abc, region: eu-west-1, checksum: §none"), "sinks.x.checksum", "damaged on the way" },
        { Root("admin: { token: §'${env:STEPEXPORT_TEST_EVEN}' }"), "admin.token", "repeats the same few characters" },
        { Root("dedupe: { window: §0s }"), "dedupe.window", "exported twice; remove it" },
        { Source("type: stepsecurity, customer: c, apiKey: '${env:PATH}'") + "\ndedupe: { window: §0s }", "dedupe.window", "x reads the same ones at every poll" },
    };

    [Theory]
    [MemberData(nameof(Dangers))]
    public void A_danger_is_named_with_its_place(string marked, string path, string words)
    {
        var before = marked[..marked.IndexOf('§', StringComparison.Ordinal)];
        var place = new Position(before.Count(c => c == '\n') + 1, before.Length - before.LastIndexOf('\n'));

        var warning = Assert.Single(Load(marked.Replace("§", "", StringComparison.Ordinal)));

        Assert.Equal((place, path), (warning.At, warning.Path));
        Assert.Contains(words, warning.Message, StringComparison.Ordinal);
        Assert.True(warning.Message.Contains("; ", StringComparison.Ordinal), "it has to say what to do");
        Assert.DoesNotContain("hunter2", warning.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sinks: { x: { type: s3, bucket: abc, endpoint: 'http://127.0.0.1:9000' } }")]
    [InlineData("sinks: { x: { type: splunk_hec, endpoints: ['http://localhost:8088'], token: '${env:PATH}' } }")]
    [InlineData("sinks: { x: { type: kafka, topic: t, bootstrapServers: 'localhost:9092,127.0.0.1:9093,[::1]:9094' } }")]
    [InlineData("sinks: { x: { type: console, format: raw } }\nnormalization: { includeRaw: true }")]
    [InlineData("sinks: { x: { type: console } }\nadmin: { listen: '[::1]:8970' }")]
    [InlineData("sinks: { x: { type: console } }\njournal: { maxSize: 10MB }")]
    [InlineData("sinks: { x: { type: file, path: data-of-others/out.ndjson } }")]
    public void What_stays_on_this_machine_or_was_asked_for_is_no_danger(string text) => Assert.Empty(Load("sources: { a: { type: stdin } }\n" + text));

    [Fact]
    public void What_is_meant_is_not_warned_about_and_all_else_is()
    {
        var text = Sink($"type: splunk_hec, endpoints: ['http://h'], {Token}, acknowledgement: off, tls: {{ verify: false }}");
        Assert.Equal(["sinks.x.endpoints[0]", "sinks.x.acknowledgement", "sinks.x.tls.verify"], Load(text).Select(w => w.Path));
        Assert.Equal(["sinks.x.tls.verify"], Load(text + "\naccept: [sinks.x.acknowledgement, 'sinks.x.endpoints[0]', other]").Select(w => w.Path));
    }

    [Fact]
    public void What_is_meant_may_change_without_a_restart()
    {
        static IReadOnlyDictionary<string, string> Fingerprints(string more) =>
            new ConfigLoader(Composition.Factories).Parse("c.yaml", Root(more)).Config!.Fingerprints;
        Assert.Equal(Fingerprints(""), Fingerprints("accept: [admin.listen]"));
        Assert.NotEqual(Fingerprints(""), Fingerprints("dataDir: elsewhere"));
    }

    [Theory]
    [UnsupportedOSPlatform("windows")]
    [InlineData(UnixFileMode.None, null)]
    [InlineData(UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherExecute, null)]
    [InlineData(UnixFileMode.OtherRead, "every user of this machine can look into '{0}'; chmod 700 {0}")]
    [InlineData(UnixFileMode.OtherRead | UnixFileMode.OtherWrite, "every user of this machine can write to '{0}', and so replace or delete evidence; chmod 700 {0}")]
    public void The_data_folder_is_nobody_elses(UnixFileMode others, string? message)
    {
        using var folder = new TemporaryFolder();
        var data = Directory.CreateDirectory(folder.File("data")).FullName;
        File.SetUnixFileMode(data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | others);
        var file = folder.Write("c.yaml", Root($"dataDir: {data}"));
        var warnings = new ConfigLoader(Composition.Factories).Load(file).Warnings.Select(w => w.ToString()).Where(w => !w.Contains("lies in memory", StringComparison.Ordinal));
        var expected = message?.Replace("{0}", data, StringComparison.Ordinal);
        Assert.Equal(expected is null ? [] : [$"{file}:3:10: dataDir: {expected}"], warnings);
    }

    [Theory]
    [UnsupportedOSPlatform("windows")]
    [InlineData("token: plain", UnixFileMode.UserRead | UnixFileMode.OtherRead, true)]
    [InlineData("token: plain", UnixFileMode.UserRead | UnixFileMode.GroupRead, false)]
    [InlineData(Token, UnixFileMode.UserRead | UnixFileMode.OtherRead, false)]
    public void A_file_with_secrets_is_nobody_elses_to_read(string token, UnixFileMode mode, bool warns)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("c.yaml", $"dataDir: {CheckedIn.Config("")}\n" + Sink($"type: splunk_hec, endpoints: [https://h], {token}"));
        File.SetUnixFileMode(file, mode);

        var warnings = new ConfigLoader(Composition.Factories).Load(file).Warnings.Where(w => w.Path.Length == 0).Select(w => w.ToString());

        Assert.Equal(warns ? [$"{file}:1:1: every user of this machine can read this file (mode 404), and secrets stand in it; chmod 600 {file}"] : [], warnings);
    }

    [Fact]
    public void Data_in_memory_is_warned_about()
    {
        const string Memory = "/dev/shm/stepexport-no-such-folder/data";
        if (!Directory.Exists("/dev/shm") || new DriveInfo("/dev/shm").DriveFormat != "tmpfs") Assert.Skip("/dev/shm is no tmpfs here");
        using var folder = new TemporaryFolder();
        var file = folder.Write("c.yaml", Root($"dataDir: {Memory}"));

        var warning = Assert.Single(new ConfigLoader(Composition.Factories).Load(file).Warnings);

        Assert.Equal($"{file}:3:10: dataDir: '{Memory}' lies in memory (tmpfs): a restart of the machine loses journal, cursors and dead letters; name a folder on a disk", warning.ToString());
    }

    private static IReadOnlyList<ConfigProblem> Load(string text)
    {
        var loaded = new ConfigLoader(Composition.Factories).Parse("c.yaml", text);
        Assert.Empty(loaded.Errors);
        return loaded.Warnings;
    }

    private static string Sink(string section) => $"sources: {{ a: {{ type: stdin }} }}\nsinks: {{ x: {{ {section} }} }}";

    private static string Kafka(string section) => Sink($"type: kafka, bootstrapServers: 'k:1', topic: t, {section}");

    private static string Source(string section) => $"sinks: {{ a: {{ type: console }} }}\nsources: {{ x: {{ {section} }} }}";

    private static string Root(string section) => $"sources: {{ a: {{ type: stdin }} }}\nsinks: {{ a: {{ type: console }} }}\n{section}";
}
