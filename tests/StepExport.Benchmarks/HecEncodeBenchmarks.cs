using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;
using StepExport.Configuration;
using StepExport.Core.Delivery;
using StepExport.Core.Formats;
using StepExport.Core.Model;
using StepExport.Sinks.SplunkHec;

namespace StepExport.Benchmarks;

/// <summary>HEC envelope and compression of a batch, per event; network not included.</summary>
[MemoryDiagnoser]
public class HecEncodeBenchmarks : IDisposable
{
    private const int Events = 1000;

    private HecEncoder _encoder = null!;
    private Batch _batch = new(default);
    private HecBody _body = new(gzip: false);

    /// <summary>The second one is the dear case: an index out of the record.</summary>
    [Params("security", "sec_{owner}")]
    public string Index { get; set; } = "";

    [Params(false, true)]
    public bool Gzip { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _body = new(Gzip);
        var config = new HecConfig { Type = "splunk_hec", Endpoints = ["https://splunk:8088"], Token = new Secret("t"), Index = Index };
        var indexes = new HecIndexes(HecMetadata.Parse(Index), null, null, TimeProvider.System, NullLogger.Instance);
        _encoder = new(HecMetadata.Of(config), indexes, RecordFormat.Default);
        _batch = new(Enumerable.Range(1, Events).Select(Record).ToArray());
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _body.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(OperationsPerInvoke = Events)]
    public int Encode()
    {
        _encoder.Encode(_batch, _body);
        var bytes = _body.Complete().Length;
        _body.Clear();
        return bytes;
    }

    private static ExportRecord Record(int n)
    {
        var uid = new byte[RecordHeader.UidLength];
        new Random(n).NextBytes(uid);
        var header = new RecordHeader
        {
            TimeMs = 1_753_203_994_000 + n,
            Severity = Severity.High,
            Status = FindingStatus.New,
            Uid = uid,
            Type = "Suspicious-Process-Event"u8,
            Repository = "step-security/poc-workflows"u8,
        };
        var body = Body(n, Convert.ToHexStringLower(uid));
        var encoded = new byte[ExportRecord.EncodedLength(header, body.Length)];
        ExportRecord.Encode(header, body, encoded);
        return new(n, header.TimeMs, encoded);
    }

    /// <summary>About 2 KB with the repetition and the randomness of a real finding.</summary>
    private static byte[] Body(int n, string uid) => Encoding.UTF8.GetBytes(Template.ReplaceLineEndings("")
        .Replace("#UID", uid, StringComparison.Ordinal)
        .Replace("#TEMP", uid[32..48], StringComparison.Ordinal)
        .Replace("#RUN", (16_450_863_125 + (n * 31L)).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("#TIME", (1_753_203_994 + n).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("#PID", (n * 104_729L % 65_521).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));

    private const string Template = """
        {"activity_id":1,"activity_name":"Create","category_uid":2,"category_name":"Findings","class_uid":2004,"class_name":"Detection Finding",
        "type_uid":200401,"type_name":"Detection Finding: Create","time":#TIME000,"severity_id":4,"severity":"High","confidence_id":3,
        "confidence":"High","status_id":1,"status":"New","message":"Process #PID read the memory of Runner.Worker in step-security/poc-workflows",
        "action_id":3,"action":"Observed","disposition_id":15,"disposition":"Detected","attacks":[{"tactic":{"uid":"TA0006",
        "name":"Credential Access"},"technique":{"uid":"T1003","name":"OS Credential Dumping"},"version":"19",
        "sub_technique":{"uid":"T1003.007","name":"Proc Filesystem"}}],"metadata":{"version":"1.8.0","profiles":["security_control"],
        "uid":"#UID","event_code":"Suspicious-Process-Event","correlation_uid":"github/step-security/poc-workflows/runs/#RUN",
        "original_event_uid":"Suspicious-Process-Event-#TIME","original_time":"#TIME","tenant_uid":"step-security",
        "log_provider":"StepSecurity","log_name":"detections","log_format":"JSON","product":{"name":"Harden-Runner",
        "vendor_name":"StepSecurity","feature":{"name":"Detections"}}},"finding_info":{"uid":"#UID","title":"Suspicious process",
        "types":["Suspicious-Process-Event"],"created_time":#TIME000,"analytic":{"name":"Suspicious process","type":"Behavioral",
        "type_id":2,"uid":"Suspicious-Process-Event"}},"evidences":[{"process":{"name":"python3","pid":#PID,
        "cmd_line":"sudo python3 /home/runner/work/_temp/#TEMP/memdump.py","file":{"name":"python3","path":"/usr/bin/python3.10",
        "type":"Regular File","type_id":1}},"actor":{"process":{"name":"bash","pid":#PID}}}],"resources":[{"type":"Repository",
        "name":"step-security/poc-workflows","uid":"github/step-security/poc-workflows"},{"type":"Workflow Run","uid":"#RUN"}],
        "unmapped":{"job":"build","step":"Run tests","workflow":"ci.yml"}}
        """;
}
