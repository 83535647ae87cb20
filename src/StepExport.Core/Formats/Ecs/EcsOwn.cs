using StepExport.Core.Ocsf;

namespace StepExport.Core.Formats.Ecs;

/// <summary>What ECS leaves to each source of events: <c>labels</c>, flat, and <c>stepsecurity</c>, with what has no other place.</summary>
internal static class EcsOwn
{
    private const int UsualLabel = 64;

    private static readonly FormatField[] Labels =
    [
        FormatField.Copy("status", Part.Status),
        FormatField.Copy("finding_uid", Part.FindingUid),
    ];

    /// <summary>For events that have no tags: nothing tells where they come from, or their class has none.</summary>
    private static readonly FormatField[] LabelsWithoutTags =
    [
        FormatField.Copy("cicd_pipeline_name", Part.Workflow),
        FormatField.Copy("cicd_pipeline_run_id", Part.RunId),
        FormatField.Copy("vcs_ref_head_revision", Part.Commit),
        FormatField.Copy("vcs_ref_head_name", Part.Branch),
        FormatField.Copy("vcs_change_id", Part.PullRequest),
    ];

    private static readonly FormatField[] Fields =
    [
        FormatField.Copy("finding_key", Part.FindingKey),
        FormatField.Copy("original_event_uid", Part.OriginalUid),
        FormatField.Copy("original_time", Part.OriginalTime),
        FormatField.Copy("correlation_uid", Part.CorrelationUid),
        FormatField.Copy("workflow_id", Part.WorkflowId),
        FormatField.Copy("severity", Part.Severity),
        FormatField.Copy("confidence", Part.Confidence),
        FormatField.Copy("analytic_type", Part.AnalyticType),
        FormatField.Copy("action", Part.Action),
        FormatField.Copy("is_alert", Part.IsAlert),
        FormatField.Copy("policy_name", Part.Policy),
        FormatField.Copy("api_operation", Part.ApiOperation),
        FormatField.Copy("remediation_desc", Part.Remediation),
        FormatField.Copy("status_code", Part.StatusCode),
        FormatField.Copy("status_detail", Part.StatusDetail),
        FormatField.Copy("comment", Part.Comment),
        FormatField.Copy("check", Part.Check),
        FormatField.Copy("check_revision", Part.CheckRevision),
        FormatField.Copy("via", Part.Via),
    ];

    public static void WriteLabels(OcsfWriter w, ReadOnlySpan<byte> name, in FindingView finding)
    {
        w.Object(name);
        foreach (var field in Labels) field.Write(w, finding);
        foreach (var (tag, value) in finding.Parts.Tags) WriteLabel(w, finding.Text(tag), finding.Json(value));
        if (finding.Parts.Tags.Count == 0)
        {
            foreach (var field in LabelsWithoutTags) field.Write(w, finding);
        }

        w.EndObject();
    }

    public static void Write(OcsfWriter w, ReadOnlySpan<byte> name, in FindingView finding)
    {
        w.Object(name);
        foreach (var field in Fields) field.Write(w, finding);
        foreach (var (attribute, value) in finding.Parts.Rest) w.Raw(finding.Json(attribute), finding.Json(value));
        WriteResources(w, finding);
        w.EndObject();
    }

    private static void WriteResources(OcsfWriter w, in FindingView finding)
    {
        if (finding.Parts.Resources.Count == 0) return;
        w.Array("resources"u8);
        foreach (var resource in finding.Parts.Resources) w.Raw(finding.Json(resource));
        w.EndArray();
    }

    /// <summary>ECS wants no dots in the names of labels.</summary>
    private static void WriteLabel(OcsfWriter w, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> value)
    {
        Span<byte> name = tag.Length <= UsualLabel ? stackalloc byte[UsualLabel] : new byte[tag.Length];
        tag.Replace(name, (byte)'.', (byte)'_');
        w.Raw(name[..tag.Length], value);
    }
}
