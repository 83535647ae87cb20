// Any type without a mapper of its own -> OCSF Detection Finding (2004)
// Nothing is dropped: the common facts are mapped, all else stays in `unmapped`.

using StepExport.Core.Model;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Normalization.Detections;

/// <summary>Takes in what nobody has described yet.</summary>
internal sealed class GenericMapper : IDetectionMapper
{
    public TypeFacts Facts { get; } = new()
    {
        Type = "Unknown",
        Family = "other",
        Title = "Detection of an unknown type",
        Severity = Severity.Medium,
        Confidence = Confidence.Low,
        Analytic = AnalyticKind.Unknown,
        Types = ["Unknown"],
        Remediation = "Look at the unmapped values and the vendor's page of the type.",
    };

    public void Map(Finding finding) => finding.Detail = finding.Type;
}
