// StepSecurity Secret-Exfiltration-Attempt -> OCSF Detection Finding (2004)
// The id is assumed: the vendor names the type in prose only, "Secret Exfiltration Attempt".

using StepExport.Core.Model;
using StepExport.Core.Normalization.Evidence;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Normalization.Detections;

/// <summary>A secret was about to leave the runner.</summary>
internal sealed class SecretExfiltrationAttemptMapper : IDetectionMapper
{
    public TypeFacts Facts { get; } = new()
    {
        Type = "Secret-Exfiltration-Attempt",
        Aliases = ["Secret Exfiltration Attempt"],
        Family = "network",
        Title = "Attempt to send a secret out of the runner",
        Severity = Severity.Critical,
        Confidence = Confidence.High,
        Analytic = AnalyticKind.Behavioral,
        Attacks = Attacks.Of(("TA0010", "T1041")),
        Types = ["Network", "Secret"],
        Remediation = "Rotate every secret that the job could read.",
    };

    public void Map(Finding finding) => NetworkEvidence.Write(finding);
}
