// StepSecurity Compromised-Actions-Policy-Blocked -> OCSF Detection Finding (2004)

using StepExport.Core.Model;
using StepExport.Core.Normalization.Evidence;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Normalization.Detections;

/// <summary>A run was stopped: it uses an action that is known to be compromised.</summary>
internal sealed class CompromisedActionsPolicyBlockedMapper : IDetectionMapper
{
    public TypeFacts Facts { get; } = new()
    {
        Type = "Compromised-Actions-Policy-Blocked",
        Family = "policy",
        Title = "Run blocked: action known to be compromised",
        Severity = Severity.Critical,
        Confidence = Confidence.High,
        Analytic = AnalyticKind.Rule,
        Attacks = Attacks.Of(("TA0001", "T1195.001")),
        Types = ["Policy", "Workflow Run Policy"],
        Blocked = true,
        Policy = "Compromised Actions policy",
        Feature = "Workflow Run Policies",
        Remediation = "Remove the action everywhere; look for earlier runs of it and rotate their secrets.",
    };

    public void Map(Finding finding) => PolicyEvidence.WriteList(finding, "compromised_actions_detected"u8, """
        "type":"GitHub Action"
        """u8);
}
