using System.Security.Cryptography;
using System.Text;
using StepExport.Core.Journal;
using StepExport.Core.Model;

namespace StepExport.Testing.Delivery;

/// <summary>Findings that look like real ones to filters and sinks; number n has the same uid wherever it is made.</summary>
internal sealed record SomeRecord(int Number)
{
    public string Type { get; init; } = "Domain-Blocked";

    public string Repository { get; init; } = "acme/shop";

    public Severity Severity { get; init; } = Severity.Medium;

    public FindingStatus Status { get; init; } = FindingStatus.New;

    public string Title { get; init; } = "Domain Blocked";

    /// <summary>Bytes that the body is filled up with.</summary>
    public int Padding { get; init; }

    public string Uid => Convert.ToHexStringLower(UidBytes);

    public string Body =>
        $$$"""{"class_uid":2004,"time":1753204032000,"severity_id":{{{(int)Severity}}},"message":"number {{{Number}}}","metadata":{"version":"1.8.0","uid":"{{{Uid}}}"},"finding_info":{"uid":"x","title":{{{System.Text.Json.JsonSerializer.Serialize(Title)}}}},"unmapped":{"padding":"{{{new string('x', Padding)}}}"}}""";

    private byte[] UidBytes => SHA256.HashData(Encoding.UTF8.GetBytes($"record {Number}"));

    public void AddTo(Submission submission) => submission.Add(Header(), Encoding.UTF8.GetBytes(Body));

    public ExportRecord Encode(long sequence, long appendedAtMs = 1)
    {
        var body = Encoding.UTF8.GetBytes(Body);
        var header = Header();
        var bytes = new byte[ExportRecord.EncodedLength(header, body.Length)];
        ExportRecord.Encode(header, body, bytes);
        return new(sequence, appendedAtMs, bytes);
    }

    private RecordHeader Header() => new()
    {
        TimeMs = 1753204032000,
        Severity = Severity,
        Status = Status,
        Uid = UidBytes,
        Type = Encoding.UTF8.GetBytes(Type),
        Repository = Encoding.UTF8.GetBytes(Repository),
    };
}
