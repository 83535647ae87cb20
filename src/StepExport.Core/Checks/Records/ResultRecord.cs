using System.Text;
using StepExport.Core.Model;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Checks.Records;

/// <summary>The result of a check as an OCSF Compliance Finding (2003): created by the check's first event, updated by each further one that
/// fails or is approved, closed when nothing fails any more.</summary>
internal static class ResultRecord
{
    /// <returns>The state of this finding: new, suppressed (by an approval), resolved.</returns>
    public static FindingStatus Write(OcsfWriter w, ReadOnlySpan<byte> uid, UnpublishedEvent line, FailingSummary failing)
    {
        var (check, happened) = (line.Check, line.Event);
        var status = happened.Kind switch
        {
            CheckEventKind.Failed => FindingStatus.New,
            CheckEventKind.Approved => FindingStatus.Suppressed,
            _ => FindingStatus.Resolved,
        };
        var detail = Detail(happened, failing);
        var message = Encoding.UTF8.GetBytes($"Check of {check.Key.Repository} run {check.Key.RunId} {Verb(status)}{(detail is null ? "" : $": {detail}")}");
        w.Object();
        w.Raw(Activity(happened, status));
        w.Number("time"u8, happened.At.ToUnixTimeMilliseconds());
        w.Raw(Captions.OfSeverity(failing.Severity));
        w.Raw(Captions.Status(status));
        if (detail is not null) w.String("status_detail"u8, Encoding.UTF8.GetBytes(detail));
        w.String("message"u8, message);
        w.String("comment"u8, status == FindingStatus.Suppressed ? RecordText.Cut(happened.Text, RecordText.LongestSentence) : default);
        CheckContext.WriteMetadata(w, uid, "Check-Result"u8, check.Key);
        WriteFindingInfo(w, check, status, message);
        WriteCompliance(w, status, failing);
        CheckContext.WriteResources(w, check);
        WriteObservables(w, check.Key);
        w.EndObject();
        return status;
    }

    private static string? Detail(CheckEvent happened, FailingSummary failing) => happened.Kind switch
    {
        CheckEventKind.Approved => $"approved by {People.Name(happened)} {People.Way(happened)}",
        CheckEventKind.Failed when failing.Open > 0 => failing.Open == 1 ? "1 finding to review" : $"{CheckContext.Digits(failing.Open)} findings to review",
        _ => null,
    };

    private static string Verb(FindingStatus status) => status == FindingStatus.New ? "failed" : "passed";

    private static ReadOnlySpan<byte> Activity(CheckEvent happened, FindingStatus status) => (happened.Revision, status) switch
    {
        (1, not FindingStatus.Suppressed) => """
            "activity_id":1,"activity_name":"Create","category_uid":2,"category_name":"Findings","class_uid":2003,"class_name":"Compliance Finding","type_uid":200301,"type_name":"Compliance Finding: Create"
            """u8,
        (_, FindingStatus.Resolved) => """
            "activity_id":3,"activity_name":"Close","category_uid":2,"category_name":"Findings","class_uid":2003,"class_name":"Compliance Finding","type_uid":200303,"type_name":"Compliance Finding: Close"
            """u8,
        _ => """
            "activity_id":2,"activity_name":"Update","category_uid":2,"category_name":"Findings","class_uid":2003,"class_name":"Compliance Finding","type_uid":200302,"type_name":"Compliance Finding: Update"
            """u8,
    };

    private static void WriteFindingInfo(OcsfWriter w, Check check, FindingStatus status, ReadOnlySpan<byte> message)
    {
        w.Object("finding_info"u8);
        w.String("uid"u8, CheckContext.Uid(check.Key));
        w.Plain("title"u8, status switch
        {
            FindingStatus.New => "Check of a workflow run failed"u8,
            FindingStatus.Suppressed => "Check of a workflow run approved"u8,
            _ => "Check of a workflow run passed"u8,
        });
        w.String("desc"u8, message);
        w.Number("created_time"u8, check.FirstSeen.ToUnixTimeMilliseconds());
        w.String("src_url"u8, WebAddress(check.Run?.Url));
        w.Raw("""
            "analytic":{"uid":"Check-Result","name":"Rules of StepExport checks","category":"check","type_id":1,"type":"Rule"},"types":["Workflow Run Check"],"data_sources":["StepSecurity Harden-Runner"]
            """u8);
        CheckContext.WriteTags(w, check);
        w.EndObject();
    }

    private static void WriteCompliance(OcsfWriter w, FindingStatus status, FailingSummary failing)
    {
        w.Object("compliance"u8);
        // No published standard asks for it; OCSF before 1.5 wants one named.
        w.Raw("""
            "control":"Detections of a workflow run are expected or approved","standards":["StepExport checks"]
            """u8);
        w.Raw(status == FindingStatus.New
            ? """
              "status_id":3,"status":"Fail"
              """u8
            : """
              "status_id":1,"status":"Pass"
              """u8);
        if (failing.Titles.Count > 0)
        {
            w.Array("status_details"u8);
            foreach (var title in failing.Titles) w.String(RecordText.LineBytes(title, RecordText.LongestName));
            w.EndArray();
        }

        w.EndObject();
    }

    private static void WriteObservables(OcsfWriter w, CheckKey key)
    {
        w.Array("observables"u8);
        w.Object();
        w.Plain("name"u8, "resources[0].name"u8);
        w.Raw(ObservableType.ResourceName);
        w.String("value"u8, Encoding.UTF8.GetBytes(key.Repository));
        w.EndObject();
        w.EndArray();
    }

    /// <summary>Nothing but a web address may become a link.</summary>
    private static byte[] WebAddress(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "https" or "http" && address.AbsoluteUri.Length <= RecordText.LongestSentence
            ? Encoding.UTF8.GetBytes(address.AbsoluteUri)
            : [];
}
