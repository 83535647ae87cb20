using System.Security.Cryptography;
using System.Text;
using StepExport.Core.Delivery;
using StepExport.Core.Journal;
using StepExport.Core.Model;

namespace StepExport.Testing.SplunkHec;

/// <summary>Small records for sink tests; number n always makes the same one.</summary>
internal static class HecRecords
{
    public const string Repository = "acme/shop";

    public static Batch Batch(int count) => new(Enumerable.Range(0, count).Select(n => Record(n)).ToArray());

    /// <summary>The uid of record <paramref name="n"/> as it stands in the envelope.</summary>
    public static string Uid(int n) => Convert.ToHexStringLower(UidBytes(n));

    public static ExportRecord Record(int n, string repository = Repository, string? body = null) =>
        Record(n, Encoding.UTF8.GetBytes(repository), "Reverse-Shell"u8, body ?? $$"""{"n":{{n}}}""", 1_753_203_994_007 + n);

    public static ExportRecord Record(int n, ReadOnlySpan<byte> repository, ReadOnlySpan<byte> type, string body, long timeMs, Severity severity = Severity.High)
    {
        var header = new RecordHeader
        {
            TimeMs = timeMs,
            Severity = severity,
            Status = FindingStatus.New,
            Uid = UidBytes(n),
            Type = type,
            Repository = repository,
        };
        var bytes = Encoding.UTF8.GetBytes(body);
        var encoded = new byte[ExportRecord.EncodedLength(header, bytes.Length)];
        ExportRecord.Encode(header, bytes, encoded);
        return new(n + 1, timeMs, encoded);
    }

    public static void AddTo(Submission submission, in ExportRecord record) => submission.Add(
        new RecordHeader
        {
            TimeMs = record.TimeMs,
            Severity = record.Severity,
            Status = record.Status,
            Uid = record.Uid,
            Type = record.Type,
            Repository = record.Repository,
        },
        record.Body.Span);

    private static byte[] UidBytes(int n) => SHA256.HashData(BitConverter.GetBytes(n));
}
