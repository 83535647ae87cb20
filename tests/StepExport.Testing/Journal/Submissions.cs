using System.Security.Cryptography;
using System.Text;
using StepExport.Core.Journal;
using StepExport.Core.Model;

namespace StepExport.Testing.Journal;

/// <summary>Submissions whose records can be told apart by their bodies, also by dedupe.</summary>
internal static class Submissions
{
    /// <summary>One record per body; with a checkpoint when <paramref name="key"/> is given.</summary>
    public static Submission Of(IEnumerable<string> bodies, string? key = null, string? checkpoint = null)
    {
        var submission = new Submission();
        foreach (var body in bodies) Add(submission, Encoding.UTF8.GetBytes(body));
        if (key is not null) submission.MoveCheckpoint(key, Encoding.UTF8.GetBytes(checkpoint ?? ""));
        return submission;
    }

    public static Submission Of(params string[] bodies) => Of(bodies, null);

    public static void Add(Submission submission, ReadOnlySpan<byte> body)
    {
        var header = new RecordHeader
        {
            TimeMs = 1_700_000_000_000,
            Severity = Severity.High,
            Status = FindingStatus.New,
            Uid = SHA256.HashData(body),
            Type = "Reverse-Shell"u8,
            Repository = "acme/app"u8,
        };
        submission.Add(header, body);
    }

    public static string Text(this ExportRecord record) => Encoding.UTF8.GetString(record.Body.Span);

    /// <summary>Everything the reader has at the moment, as sequence and body.</summary>
    public static List<(long Sequence, string Body)> ReadAll(this JournalReader reader)
    {
        var all = new List<(long, string)>();
        while (reader.TryRead(out var record)) all.Add((record.Sequence, record.Text()));
        return all;
    }
}
