// StepSecurity Action-Uses-Commit-From-Non-Default-Branch -> OCSF Detection Finding (2004)

using StepExport.Core.Model;
using StepExport.Core.Normalization.Evidence;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Normalization.Detections;

/// <summary>A workflow pins an action to a commit that is on no default branch.</summary>
internal sealed class ActionUsesCommitFromNonDefaultBranchMapper : IDetectionMapper
{
    public TypeFacts Facts { get; } = new()
    {
        Type = "Action-Uses-Commit-From-Non-Default-Branch",
        Family = "commit",
        Title = "Action uses a commit that is not on its default branch",
        Severity = Severity.Medium,
        Confidence = Confidence.Medium,
        Analytic = AnalyticKind.Rule,
        Attacks = Attacks.Of(("TA0001", "T1195.001")),
        Types = ["Supply Chain", "GitHub Action Pinning"],
        Remediation = "Check who made the commit; pin the action to a commit on its default branch or to a released tag.",
    };

    public void Map(Finding finding) => CommitEvidence.Write(finding);
}
