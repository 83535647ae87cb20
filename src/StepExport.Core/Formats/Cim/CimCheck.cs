using StepExport.Core.Ocsf;

namespace StepExport.Core.Formats.Cim;

/// <summary>What is said about checks, with the names of Splunk's Common Information Model: an approval is a change of the check (model Change), a
/// result has the names of Alerts.</summary>
internal static class CimCheck
{
    public static FormatField[] Fields { get; } =
    [
        // First, because Splunk looks for the time from the front.
        FormatField.Copy("time", Part.Time),
        FormatField.Constant("app", "StepExport"),
        FormatField.Of("type", (w, name, in found) => w.Plain(name, IsApproval(found) ? "event"u8 : "alert"u8)),
        FormatField.Copy("id", Part.Uid),
        FormatField.Of("signature", WriteSignature),
        FormatField.Copy("signature_id", Part.Type),
        FormatField.Of("description", CimValues.OrUnknown(Part.Description, Part.Message)),
        FormatField.Copy("subject", Part.Message),
        FormatField.Of("severity", CimValues.WriteSeverity),
        FormatField.Copy("severity_id", Part.SeverityId),
        FormatField.Of("src", CimValues.OrUnknown(Part.Workflow)),
        FormatField.Constant("src_type", "workflow"),
        FormatField.Of("dest", CimValues.OrUnknown(Part.Repository)),
        FormatField.Constant("dest_type", "repository"),
        FormatField.Of("user", CimValues.OrUnknown(Part.User, Part.Owner)),
        FormatField.Copy("vendor_account", Part.Owner),
        FormatField.Constant("category", "check"),
        FormatField.Constant("dvc", "StepExport"),
        FormatField.Constant("vendor_product", "StepExport"),

        // Change; a result has no action, so that it is none.
        FormatField.When("action", "modified", Part.User),
        FormatField.When("change_type", "check", Part.User),
        FormatField.Of("object", CimValues.OrUnknown(Part.Check), Part.Check),
        FormatField.When("object_attrs", "status", Part.Check),
        FormatField.When("object_category", "check", Part.Check),
        FormatField.Copy("object_id", Part.Check),
        FormatField.Of("status", WriteStatus),
        FormatField.Copy("result", Part.StatusCode),
        FormatField.Copy("status_detail", Part.StatusDetail),
        FormatField.Copy("comment", Part.Comment),
        FormatField.Copy("via", Part.Via),
        FormatField.Copy("revision", Part.CheckRevision),

        // The finding
        FormatField.Copy("finding_uid", Part.FindingUid),
        FormatField.Of("finding_status", (w, name, in found) => w.Raw(name, found.Json(Part.Status)), Part.FindingUid),
        FormatField.Copy("finding_url", Part.SourceUrl),
        FormatField.Of("finding_types", CimValues.WriteTypes, Part.Types),
        FormatField.Copy("vendor_severity", Part.Severity),
        FormatField.Copy("analytic_type", Part.AnalyticType),

        // Where it happened
        FormatField.Copy("repo", Part.Repository),
        FormatField.Copy("workflow", Part.Workflow),
        FormatField.Copy("run", Part.CorrelationUid),
        FormatField.Copy("run_id", Part.RunId),
        FormatField.Copy("commit", Part.Commit),
        FormatField.Of("branch", WriteBranch),
        FormatField.Copy("pull_request", Part.PullRequest),
        FormatField.Of("", CimValues.WriteRest),
    ];

    private static bool IsApproval(in FindingView found) => found.Json(Part.Class).SequenceEqual("3004"u8);

    private static void WriteSignature(OcsfWriter w, ReadOnlySpan<byte> name, in FindingView found)
    {
        if (found.Has(Part.Title)) w.Raw(name, found.Json(Part.Title));
        else w.Plain(name, "Approval of a workflow run"u8);
    }

    /// <summary>Of an approval success or failure, as Change wants it; of a check what it came to.</summary>
    private static void WriteStatus(OcsfWriter w, ReadOnlySpan<byte> name, in FindingView found)
    {
        var isGood = IsApproval(found) ? found.Text(Part.Status).SequenceEqual("Success"u8) : found.Text(Part.ComplianceStatus).SequenceEqual("Pass"u8);
        w.Plain(name, isGood ? "success"u8 : "failure"u8);
    }

    /// <summary>A result has it among its tags.</summary>
    private static void WriteBranch(OcsfWriter w, ReadOnlySpan<byte> name, in FindingView found)
    {
        if (found.Has(Part.Branch)) w.Raw(name, found.Json(Part.Branch));
        foreach (var (tag, value) in found.Parts.Tags)
        {
            if (found.Text(tag).SequenceEqual("vcs.ref.head.name"u8)) w.Raw(name, found.Json(value));
        }
    }
}
