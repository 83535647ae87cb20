// StepSecurity New-Outbound-Network-Call -> OCSF Detection Finding (2004)

using StepExport.Core.Model;
using StepExport.Core.Normalization.Evidence;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Normalization.Detections;

/// <summary>A job called an endpoint that is not in its baseline.</summary>
internal sealed class NewOutboundNetworkCallMapper : IDetectionMapper
{
    public TypeFacts Facts { get; } = new()
    {
        Type = "New-Outbound-Network-Call",
        Family = "network",
        Title = "Anomalous outbound call: endpoint not in the job's baseline",
        Severity = Severity.Medium,
        Confidence = Confidence.Medium,
        Analytic = AnalyticKind.Behavioral,
        Attacks = Attacks.Of(("TA0011", "T1071")),
        Types = ["Network", "Anomaly"],
        Remediation = "Confirm the destination; approve the baseline change or switch the job to egress-policy: block.",
    };

    public void Map(Finding finding)
    {
        var expected = finding.Source["expected_outbound_connections"u8];
        var endpoint = finding.Source["endpoint"u8].Text;
        var called = NetworkEvidence.Write(finding);
        if (endpoint.IsEmpty) endpoint = called.Host;
        if (!endpoint.IsEmpty) BaselineEvidence.Write(finding, endpoint, expected);
    }
}
