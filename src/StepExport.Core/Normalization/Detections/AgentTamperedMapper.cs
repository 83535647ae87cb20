// StepSecurity Agent-Tampered -> OCSF Detection Finding (2004)
// The payload is not documented: all that is special to it is kept as evidence.

using StepExport.Core.Model;
using StepExport.Core.Normalization.Evidence;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Normalization.Detections;

/// <summary>The agent on the runner was stopped or altered.</summary>
internal sealed class AgentTamperedMapper : IDetectionMapper
{
    public TypeFacts Facts { get; } = new()
    {
        Type = "Agent-Tampered",
        Family = "config",
        Title = "Harden-Runner agent was tampered with",
        Severity = Severity.Critical,
        Confidence = Confidence.High,
        Analytic = AnalyticKind.Behavioral,
        Attacks = Attacks.Of(("TA0112", "T1685")),
        Types = ["Agent Integrity"],
        Remediation = "Treat the rest of the job as unmonitored: rotate its secrets and review its outputs.",
    };

    public void Map(Finding finding) => DataEvidence.Write(finding, "Agent state"u8);
}
