// StepSecurity Action-Uses-Imposter-Commit -> OCSF Detection Finding (2004)

using StepExport.Core.Model;
using StepExport.Core.Normalization.Evidence;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Normalization.Detections;

/// <summary>A workflow pins an action to a commit that belongs to a fork, not to the action's repository.</summary>
internal sealed class ActionUsesImposterCommitMapper : IDetectionMapper
{
    public TypeFacts Facts { get; } = new()
    {
        Type = "Action-Uses-Imposter-Commit",
        Family = "commit",
        Title = "GitHub Action uses an imposter commit",
        Severity = Severity.High,
        Confidence = Confidence.High,
        Analytic = AnalyticKind.Rule,
        Attacks = Attacks.Of(("TA0001", "T1195.001")),
        Types = ["Supply Chain", "GitHub Action Pinning"],
        Remediation = "Treat the action as compromised: stop the workflow, rotate the secrets it could read, pin to a commit that belongs to the action's repository.",
    };

    public void Map(Finding finding) => CommitEvidence.Write(finding);
}
