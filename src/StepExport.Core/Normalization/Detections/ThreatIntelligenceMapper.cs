// StepSecurity Threat-Intelligence -> OCSF Detection Finding (2004)
// `id` is a UUID here; the type stands in `type`.

using System.Text;
using StepExport.Core.Model;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Normalization.Detections;

/// <summary>An incident in a package ecosystem that the vendor reports, not a detection in a run.</summary>
internal sealed class ThreatIntelligenceMapper : IDetectionMapper
{
    public TypeFacts Facts { get; } = new()
    {
        Type = "Threat-Intelligence",
        Family = "intel",
        Title = "Threat intelligence incident",
        Severity = Severity.High,
        Confidence = Confidence.Medium,
        Analytic = AnalyticKind.Rule,
        Attacks = Attacks.Of(("TA0001", "T1195.001")),
        Types = ["Threat Intelligence"],
        Feature = "Threat Center",
        Remediation = "Follow the incident page.",
    };

    public void Map(Finding finding)
    {
        var source = finding.Source;
        finding.Uid = source.TakeText("event_id"u8);
        if (finding.Uid.IsEmpty) finding.Uid = source.TakeText("id"u8);
        else if (source["id"u8].Text.Span.SequenceEqual(finding.Uid)) source.TakeText("id"u8);
        else if (finding.Key.IsEmpty) finding.Key = source.TakeText("id"u8);
        TakeSeverity(finding, source["severity"u8]);
        if (source.TakeFlag("is_active"u8) is false) finding.Status = FindingStatus.Resolved;
        if (finding.OriginalTime.IsEmpty) finding.TakeTime("incident_start_time"u8);
        if (finding.SourceUrl.IsEmpty) finding.ReadSourceUrl("incident_url"u8);
        finding.TakeName("title"u8);
        finding.Description = source.TakeText("description"u8);
        WriteEcosystem(finding, source.TakeText("ecosystem"u8));
    }

    private static void TakeSeverity(Finding finding, DetectionValue severity)
    {
        Severity? known = null;
        foreach (var value in Enum.GetValues<Severity>())
        {
            if (Ascii.EqualsIgnoreCase(severity.Text.Span, value.ToString())) known = value;
        }

        if (known is null) return;
        finding.Severity = known.Value;
        severity.Take();
    }

    private static void WriteEcosystem(Finding finding, DetectionText ecosystem)
    {
        if (ecosystem.IsEmpty) return;
        var w = finding.BeginResource();
        w.String("name"u8, ecosystem);
        w.Raw("""
            "type":"Package Ecosystem","role_id":3,"role":"Affected"
            """u8);
        finding.EndResource();
    }
}
