// StepSecurity Source-Code-Overwritten -> OCSF Detection Finding (2004)

using StepExport.Core.Model;
using StepExport.Core.Normalization.Evidence;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Normalization.Detections;

/// <summary>A source file changed after checkout.</summary>
internal sealed class SourceCodeOverwrittenMapper : IDetectionMapper
{
    public TypeFacts Facts { get; } = new()
    {
        Type = "Source-Code-Overwritten",
        Family = "file",
        Title = "Source code was overwritten during the run",
        Severity = Severity.High,
        Confidence = Confidence.Medium,
        Analytic = AnalyticKind.Behavioral,
        Attacks = Attacks.Of(("TA0040", "T1565.001"), ("TA0001", "T1195.002")),
        Types = ["File", "Source Integrity"],
        Remediation = "Compare the file with the commit; rebuild from a clean checkout if the change is not part of the build.",
    };

    public void Map(Finding finding)
    {
        var (file, path) = FileEvidence.TakeNames(finding);
        if (file.IsEmpty) return;
        finding.Detail = path.IsEmpty ? file : path;
        finding.BeginEvidence("Overwritten file"u8);
        FileEvidence.Write(finding, file, path);
        finding.EndEvidence();
    }
}
