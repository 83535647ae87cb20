// StepSecurity Runner-Worker-Memory-Read -> OCSF Detection Finding (2004)

using StepExport.Core.Model;
using StepExport.Core.Normalization.Evidence;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Normalization.Detections;

/// <summary>A process read the memory of Runner.Worker, where the job's secrets are.</summary>
internal sealed class RunnerWorkerMemoryReadMapper : IDetectionMapper
{
    public TypeFacts Facts { get; } = new()
    {
        Type = "Runner-Worker-Memory-Read",
        Family = "process",
        Title = "Memory of the Runner.Worker process was read",
        Severity = Severity.Critical,
        Confidence = Confidence.High,
        Analytic = AnalyticKind.Behavioral,
        Attacks = Attacks.Of(("TA0006", "T1003.007")),
        Types = ["Process", "Credential Dumping"],
        Remediation = "Rotate every secret of the workflow, GITHUB_TOKEN rights included; find the step that ran the reader.",
    };

    public void Map(Finding finding) => ProcessEvidence.Write(finding);
}
