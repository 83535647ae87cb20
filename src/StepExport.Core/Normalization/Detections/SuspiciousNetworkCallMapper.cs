// StepSecurity Suspicious-Network-Call -> OCSF Detection Finding (2004)

using StepExport.Core.Model;
using StepExport.Core.Normalization.Evidence;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Normalization.Detections;

/// <summary>A call to a destination that is suspicious in itself.</summary>
internal sealed class SuspiciousNetworkCallMapper : IDetectionMapper
{
    public TypeFacts Facts { get; } = new()
    {
        Type = "Suspicious-Network-Call",
        Family = "network",
        Title = "Suspicious outbound call",
        Severity = Severity.High,
        Confidence = Confidence.Medium,
        Analytic = AnalyticKind.Behavioral,
        Attacks = Attacks.Of(("TA0010", "T1041"), ("TA0011", "T1071")),
        Types = ["Network", "Suspicious Destination"],
        Remediation = "Treat the secrets of the job as exposed until the destination is explained.",
    };

    public void Map(Finding finding) => NetworkEvidence.Write(finding);
}
