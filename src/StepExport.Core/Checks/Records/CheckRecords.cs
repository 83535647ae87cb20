using System.Buffers;
using System.Text;
using StepExport.Core.Journal;
using StepExport.Core.Model;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Checks.Records;

/// <summary>Writes the records about checks: results, approvals, updates of approved findings. Not thread-safe.</summary>
internal sealed class CheckRecords
{
    /// <summary>Types in the records' headers, for <c>where.types</c>, envelopes and metrics.</summary>
    public const string Result = "Check-Result";
    public const string Approval = "Check-Approval";

    private readonly OcsfWriter _writer = new(new ArrayBufferWriter<byte>());

    /// <summary>Adds the check's result after the event: failed, passed, or passed because somebody approved.</summary>
    public void AddResult(Submission submission, UnpublishedEvent line, FailingSummary failing)
    {
        var uid = Uid(Result, line);
        _writer.Clear();
        var status = ResultRecord.Write(_writer, uid, line, failing);
        Add(submission, line, uid, Result, failing.Severity, status);
    }

    /// <summary>Adds who approved, or wanted to and may not.</summary>
    public void AddApproval(Submission submission, UnpublishedEvent line, FailingSummary failing)
    {
        var uid = Uid(Approval, line);
        _writer.Clear();
        ApprovalRecord.Write(_writer, uid, line, failing.Severity);
        Add(submission, line, uid, Approval, failing.Severity, FindingStatus.Unknown);
    }

    /// <summary>Adds the finding as it is after the approval: suppressed, by whom.</summary>
    /// <exception cref="System.Text.Json.JsonException">The finding's record is none.</exception>
    public void AddUpdate(Submission submission, UnpublishedEvent line, CheckFinding finding)
    {
        var uid = CheckRecordUid.Of("Finding-Update", line.Check.Key, line.Event.At, finding.Uid);
        _writer.Clear();
        FindingUpdate.Write(_writer, finding.Record.Span, uid, line.Event);
        Add(submission, line, uid, finding.Type, finding.Severity, FindingStatus.Suppressed);
    }

    private static byte[] Uid(string kind, UnpublishedEvent line) =>
        CheckRecordUid.Of(kind, line.Check.Key, line.Event.At, line.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private void Add(Submission submission, UnpublishedEvent line, byte[] uid, string type, Severity severity, FindingStatus status)
    {
        var header = new RecordHeader
        {
            TimeMs = line.Event.At.ToUnixTimeMilliseconds(),
            Severity = severity,
            Status = status,
            Uid = uid,
            Type = Encoding.UTF8.GetBytes(type),
            Repository = Encoding.UTF8.GetBytes(line.Check.Key.Repository),
        };
        submission.Add(header, _writer.Flush());
    }
}
