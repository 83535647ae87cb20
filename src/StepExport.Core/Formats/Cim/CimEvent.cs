using System.Buffers;

namespace StepExport.Core.Formats.Cim;

/// <summary>A finding as flat fields with the names of Splunk's Common Information Model: Alerts, and Intrusion_Detection or, for
/// the types that tell of a change, Change. What the models need is always there; the fields of other models follow for pivoting.</summary>
internal static class CimEvent
{
    private static readonly FormatField[] Fields =
    [
        // First, because Splunk looks for the time from the front.
        FormatField.Copy("time", Part.Time),

        // Alerts
        FormatField.Constant("app", "Harden-Runner"),
        FormatField.Constant("type", "alert"),
        FormatField.Copy("id", Part.Uid),
        FormatField.Copy("signature", Part.Title),
        FormatField.Copy("signature_id", Part.Type),
        FormatField.Copy("description", Part.Description),
        FormatField.Copy("subject", Part.Message),
        FormatField.Of("severity", CimValues.WriteSeverity),
        FormatField.Copy("severity_id", Part.SeverityId),
        FormatField.Of("src", CimValues.OrUnknown(Part.Workflow)),
        FormatField.Constant("src_type", "workflow"),
        FormatField.Of("dest", CimValues.OrUnknown(Part.Repository, Part.Owner)),
        FormatField.Constant("dest_type", "repository"),
        FormatField.Of("user", CimValues.OrUnknown(Part.Owner)),
        FormatField.Copy("vendor_account", Part.Owner),
        FormatField.Of("mitre_technique_id", (w, name, in finding) => CimValues.WriteTechniques(w, name, finding, t => t.SubId.End.Value > 0 ? t.SubId : t.Id)),
        FormatField.Of("mitre_technique", (w, name, in finding) => CimValues.WriteTechniques(w, name, finding, t => t.SubName.End.Value > 0 ? t.SubName : t.Name)),
        FormatField.Of("mitre_tactic_id", (w, name, in finding) => CimValues.WriteTechniques(w, name, finding, t => t.TacticId)),
        FormatField.Of("mitre_tactic", (w, name, in finding) => CimValues.WriteTechniques(w, name, finding, t => t.TacticName)),

        // Intrusion_Detection and Change
        FormatField.Of("action", CimValues.WriteAction),
        FormatField.Of("category", CimValues.OrUnknown(Part.Family)),
        FormatField.Constant("dvc", "StepSecurity Harden-Runner"),
        FormatField.Constant("vendor_product", "StepSecurity Harden-Runner"),
        FormatField.Of("ids_type", CimValues.WriteIdsType),
        .. CimChange.Fields,
        .. CimEvidence.Fields,

        // The finding
        FormatField.Copy("finding_uid", Part.FindingUid),
        FormatField.Copy("finding_key", Part.FindingKey),
        FormatField.Copy("finding_status", Part.Status),
        FormatField.Copy("finding_url", Part.SourceUrl),
        FormatField.Copy("status_detail", Part.StatusDetail),
        FormatField.Copy("comment", Part.Comment),
        FormatField.Of("finding_types", CimValues.WriteTypes, Part.Types),
        FormatField.Copy("vendor_severity", Part.Severity),
        FormatField.Copy("confidence", Part.Confidence),
        FormatField.Copy("vendor_action", Part.Action),
        FormatField.Copy("is_alert", Part.IsAlert),
        FormatField.Copy("analytic_type", Part.AnalyticType),
        FormatField.Copy("feature", Part.Feature),
        FormatField.Copy("policy_name", Part.Policy),
        FormatField.Copy("remediation_desc", Part.Remediation),
        FormatField.Copy("start_time", Part.StartTime),
        FormatField.Copy("end_time", Part.EndTime),
        FormatField.Copy("original_event_uid", Part.OriginalUid),
        FormatField.Copy("original_time", Part.OriginalTime),

        // Where it happened
        FormatField.Copy("repo", Part.Repository),
        FormatField.Copy("workflow", Part.Workflow),
        FormatField.Copy("workflow_id", Part.WorkflowId),
        FormatField.Copy("run", Part.CorrelationUid),
        FormatField.Copy("run_id", Part.RunId),
        FormatField.Copy("job", Part.Job),
        FormatField.Copy("job_id", Part.JobId),
        FormatField.Of("run_attempt", CimValues.WriteRunAttempt),

        FormatField.Of("", CimValues.WriteRest),
        FormatField.Copy("raw_data", Part.RawData),
    ];

    public static ReadOnlySpan<byte> Write(ReadOnlySpan<byte> body, ArrayBufferWriter<byte> scratch) => FindingEvent.Write(body, Fields, CimCheck.Fields, scratch);
}
