// StepSecurity Secret-In-Artifact -> OCSF Detection Finding (2004)
// The payload is assumed to be that of Secret-In-Build-Log with the artifact and the file inside it.

using StepExport.Core.Model;
using StepExport.Core.Normalization.Evidence;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Normalization.Detections;

/// <summary>A scanner rule matched a secret in a build artifact.</summary>
internal sealed class SecretInArtifactMapper : IDetectionMapper
{
    public TypeFacts Facts { get; } = new()
    {
        Type = "Secret-In-Artifact",
        Family = "secret",
        Title = "Secret in a build artifact",
        Severity = Severity.High,
        Confidence = Confidence.Medium,
        Analytic = AnalyticKind.RegularExpressions,
        Attacks = Attacks.Of(("TA0006", "T1552.001")),
        Types = ["Secret", "Artifact"],
        Remediation = "Revoke the secret, then delete the artifact.",
    };

    public void Map(Finding finding)
    {
        var match = SecretEvidence.Take(finding);
        var artifact = finding.Source.TakeText("artifact_name"u8);
        if (artifact.IsEmpty) artifact = finding.Source.TakeText("artifact"u8);
        var (file, path) = FileEvidence.TakeNames(finding);
        if (file.IsEmpty && match.IsEmpty) return;
        var w = finding.BeginEvidence("Secret match"u8);
        if (!match.IsEmpty) SecretEvidence.WriteData(w, match);
        if (!file.IsEmpty) FileEvidence.Write(finding, file, path);
        finding.EndEvidence();
        SecretEvidence.WriteHolder(finding, finding.Source.TakeText("artifact_id"u8), artifact, "Build Artifact"u8, match);
    }
}
