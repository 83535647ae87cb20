// StepSecurity Harden-Runner-Config-Changed -> OCSF Detection Finding (2004)
// The payload is not documented: all that is special to it is kept as evidence.

using StepExport.Core.Model;
using StepExport.Core.Normalization.Evidence;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Normalization.Detections;

/// <summary>Somebody changed how the agent is configured in a workflow.</summary>
internal sealed class HardenRunnerConfigChangedMapper : IDetectionMapper
{
    public TypeFacts Facts { get; } = new()
    {
        Type = "Harden-Runner-Config-Changed",
        Family = "config",
        Title = "Harden-Runner configuration was changed",
        Severity = Severity.Medium,
        Confidence = Confidence.Medium,
        Analytic = AnalyticKind.Rule,
        Attacks = Attacks.Of(("TA0112", "T1685")),
        Types = ["Configuration"],
        Remediation = "Confirm that the change was reviewed; restore egress-policy: block if not.",
    };

    public void Map(Finding finding) => DataEvidence.Write(finding, "Configuration change"u8);
}
