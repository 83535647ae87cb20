// StepSecurity Domain-Blocked -> OCSF Detection Finding (2004)

using StepExport.Core.Model;
using StepExport.Core.Normalization.Evidence;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Normalization.Detections;

/// <summary>The egress policy stopped a call to a domain.</summary>
internal sealed class DomainBlockedMapper : IDetectionMapper
{
    public TypeFacts Facts { get; } = new()
    {
        Type = "Domain-Blocked",
        Family = "network",
        Title = "Outbound call to a domain was blocked",
        Severity = Severity.Medium,
        Confidence = Confidence.High,
        Analytic = AnalyticKind.Rule,
        Attacks = Attacks.Of(("TA0011", "T1071")),
        Types = ["Network", "Egress Policy"],
        Blocked = true,
        Policy = "Harden-Runner egress policy",
        Remediation = "If the call is expected, add the endpoint to allowed-endpoints; otherwise find the step and process that made it.",
    };

    public void Map(Finding finding)
    {
        var endpoint = NetworkEvidence.Write(finding);
        if (TunnelServices.Contains(endpoint.Hostname)) finding.Attacks = ThroughTunnel;
    }

    private static readonly Attacks ThroughTunnel = Attacks.Of(("TA0011", "T1071"), ("TA0011", "T1572"));
}
