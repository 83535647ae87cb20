using System.Text;
using StepExport.Core.Delivery;
using StepExport.Core.Journal;
using StepExport.Core.Model;
using StepExport.Core.Normalization;

namespace StepExport.Testing.Checks;

/// <summary>Records as they lie in the journal.</summary>
internal static class JournalRecords
{
    /// <summary>A detection, normalized as the program does it.</summary>
    public static ExportRecord Of(string detection, long sequence = 1, long appendedAtMs = 1)
    {
        var output = Normalize(detection);
        return Encode(output.Header, output.Body.WrittenSpan, sequence, appendedAtMs);
    }

    /// <summary>The same detections as one submission to a journal.</summary>
    public static Submission Submission(params IEnumerable<string> detections)
    {
        var submission = new Submission();
        foreach (var detection in detections)
        {
            var output = Normalize(detection);
            submission.Add(output.Header, output.Body.WrittenSpan);
        }

        return submission;
    }

    /// <summary>A record with any body under the header of a new Domain-Blocked of medium severity.</summary>
    public static ExportRecord WithBody(string body, long sequence = 1) => Encode(
        new()
        {
            TimeMs = 1_753_204_032_000,
            Severity = Severity.Medium,
            Status = FindingStatus.New,
            Uid = new byte[RecordHeader.UidLength],
            Type = "Domain-Blocked"u8,
            Repository = "acme/api"u8,
        },
        Encoding.UTF8.GetBytes(body), sequence, appendedAtMs: 1);

    /// <summary>A batch of detections whose sequences count up from one.</summary>
    public static Batch Batch(params IEnumerable<string> detections) => new(detections.Select((detection, i) => Of(detection, i + 1)).ToArray());

    private static NormalizedDetection Normalize(string detection)
    {
        var output = new NormalizedDetection();
        var result = new Normalizer(new NormalizationSettings()).Normalize(Encoding.UTF8.GetBytes(detection), receivedAtMs: 1, output);
        return result.Ok ? output : throw new ArgumentException(result.Error, nameof(detection));
    }

    private static ExportRecord Encode(in RecordHeader header, ReadOnlySpan<byte> body, long sequence, long appendedAtMs)
    {
        var bytes = new byte[ExportRecord.EncodedLength(header, body.Length)];
        ExportRecord.Encode(header, body, bytes);
        return new(sequence, appendedAtMs, bytes);
    }
}
