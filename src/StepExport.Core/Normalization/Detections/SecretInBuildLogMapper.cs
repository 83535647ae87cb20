// StepSecurity Secret-In-Build-Log -> OCSF Detection Finding (2004)

using StepExport.Core.Model;
using StepExport.Core.Normalization.Evidence;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Normalization.Detections;

/// <summary>A scanner rule matched a secret in the log of a job.</summary>
internal sealed class SecretInBuildLogMapper : IDetectionMapper
{
    public TypeFacts Facts { get; } = new()
    {
        Type = "Secret-In-Build-Log",
        Family = "secret",
        Title = "Secret in a build log",
        Severity = Severity.High,
        Confidence = Confidence.Medium,
        Analytic = AnalyticKind.RegularExpressions,
        Attacks = Attacks.Of(("TA0006", "T1552.001")),
        Types = ["Secret", "Build Log"],
        Remediation = "Revoke the secret, then delete the log.",
    };

    public void Map(Finding finding)
    {
        var match = SecretEvidence.Take(finding);
        if (match.IsEmpty) return;
        var w = finding.BeginEvidence("Secret match"u8);
        SecretEvidence.WriteData(w, match);
        WriteLogLine(finding, match);
        finding.EndEvidence();
        if (finding.JobId.IsEmpty) return;
        var log = finding.Detection.Begin().Append(finding.JobId).Append("/log"u8).End();
        SecretEvidence.WriteHolder(finding, log, "build log"u8, "Build Log"u8, match);
    }

    private static void WriteLogLine(Finding finding, in SecretEvidence.Match match)
    {
        if (finding.Repository.IsEmpty || finding.RunId.IsEmpty || finding.JobId.IsEmpty) return;
        var path = finding.Detection.Begin()
            .Append((byte)'/').Append(finding.Repository)
            .Append("/actions/runs/"u8).Append(finding.RunId)
            .Append("/job/"u8).Append(finding.JobId)
            .End();
        var fragment = match is { Step: { } step, Line: { } line }
            ? finding.Detection.Begin().Append("#step:"u8).Append(step).Append((byte)':').Append(line).End()
            : default;
        WebAddress.WriteGitHub(finding, path, fragment);
    }
}
