// StepSecurity Privileged-Container -> OCSF Detection Finding (2004)

using StepExport.Core.Model;
using StepExport.Core.Normalization.Evidence;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Normalization.Detections;

/// <summary>A container was started with the rights of the host.</summary>
internal sealed class PrivilegedContainerMapper : IDetectionMapper
{
    public TypeFacts Facts { get; } = new()
    {
        Type = "Privileged-Container",
        Family = "process",
        Title = "Privileged container started on the runner",
        Severity = Severity.High,
        Confidence = Confidence.High,
        Analytic = AnalyticKind.Behavioral,
        Attacks = Attacks.Of(("TA0004", "T1611"), ("TA0002", "T1610")),
        Types = ["Process", "Container"],
        Remediation = "Run the container without --privileged and without host mounts.",
    };

    public void Map(Finding finding) => ProcessEvidence.Write(finding, ProcessEvidence.Guess.Destination | ProcessEvidence.Guess.ContainerImage);
}
