// StepSecurity Actions-Policy-Blocked -> OCSF Detection Finding (2004)

using StepExport.Core.Model;
using StepExport.Core.Normalization.Evidence;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Normalization.Detections;

/// <summary>A run was stopped: it uses an action that is not on the allow list.</summary>
internal sealed class ActionsPolicyBlockedMapper : IDetectionMapper
{
    public TypeFacts Facts { get; } = new()
    {
        Type = "Actions-Policy-Blocked",
        Family = "policy",
        Title = "Run blocked: action not on the allow list",
        Severity = Severity.Medium,
        Confidence = Confidence.High,
        Analytic = AnalyticKind.Rule,
        Attacks = Attacks.Of(("TA0001", "T1195.001")),
        Types = ["Policy", "Workflow Run Policy"],
        Blocked = true,
        Policy = "Allowed Actions policy",
        Feature = "Workflow Run Policies",
        Remediation = "Use an approved action or ask for this one to be approved.",
    };

    public void Map(Finding finding) => PolicyEvidence.WriteList(finding, "actions_not_allowed"u8, """
        "type":"GitHub Action"
        """u8);
}
