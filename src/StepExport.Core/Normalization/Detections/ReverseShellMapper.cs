// StepSecurity Reverse-Shell -> OCSF Detection Finding (2004)

using StepExport.Core.Model;
using StepExport.Core.Normalization.Evidence;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Normalization.Detections;

/// <summary>A shell on the runner was connected to a remote host.</summary>
internal sealed class ReverseShellMapper : IDetectionMapper
{
    public TypeFacts Facts { get; } = new()
    {
        Type = "Reverse-Shell",
        Family = "process",
        Title = "Reverse shell on the runner",
        Severity = Severity.Critical,
        Confidence = Confidence.High,
        Analytic = AnalyticKind.Behavioral,
        Attacks = Attacks.Of(("TA0002", "T1059.004"), ("TA0011", "T1095")),
        Types = ["Process", "Reverse Shell"],
        Remediation = "Cancel the run, rotate every secret that the job could read, review what the runner published.",
    };

    public void Map(Finding finding) => ProcessEvidence.Write(finding, ProcessEvidence.Guess.Destination);
}
