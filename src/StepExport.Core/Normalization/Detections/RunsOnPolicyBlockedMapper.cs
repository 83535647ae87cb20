// StepSecurity Runs-On-Policy-Blocked -> OCSF Detection Finding (2004)

using StepExport.Core.Model;
using StepExport.Core.Normalization.Evidence;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Normalization.Detections;

/// <summary>A run was stopped: it asks for a runner that is not allowed.</summary>
internal sealed class RunsOnPolicyBlockedMapper : IDetectionMapper
{
    public TypeFacts Facts { get; } = new()
    {
        Type = "Runs-On-Policy-Blocked",
        Family = "policy",
        Title = "Run blocked: runner label not allowed",
        Severity = Severity.Low,
        Confidence = Confidence.High,
        Analytic = AnalyticKind.Rule,
        Attacks = Attacks.Of(("TA0002", "T1677")),
        Types = ["Policy", "Workflow Run Policy"],
        Blocked = true,
        Policy = "Runs-On policy",
        Feature = "Workflow Run Policies",
        Remediation = "Use an approved runner label.",
    };

    public void Map(Finding finding) => PolicyEvidence.WriteList(finding, "runs_on_labels_not_allowed"u8, """
        "type":"Runner Label"
        """u8);
}
