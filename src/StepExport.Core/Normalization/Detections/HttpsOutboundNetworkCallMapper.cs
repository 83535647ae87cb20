// StepSecurity HTTPS-Outbound-Network-Call -> OCSF Detection Finding (2004)
// The agent reports calls that change remote state. How grave one is depends on what it changes at GitHub.
// T1567 is a weak fit for a registration token: that is the takeover of a runner rather than exfiltration.

using StepExport.Core.Model;
using StepExport.Core.Normalization.Evidence;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Normalization.Detections;

/// <summary>An HTTPS request whose method and path the agent could read.</summary>
internal sealed class HttpsOutboundNetworkCallMapper : IDetectionMapper
{
    public TypeFacts Facts { get; } = new()
    {
        Type = "HTTPS-Outbound-Network-Call",
        Family = "http",
        Title = "HTTPS outbound call that can change remote state",
        Severity = Severity.Low,
        Confidence = Confidence.Medium,
        Analytic = AnalyticKind.Behavioral,
        Attacks = Attacks.Of(("TA0010", "T1567")),
        Types = ["Network", "HTTPS Monitoring"],
        Remediation = "Confirm that the workflow is meant to make this API call and that its token has no more rights than needed.",
    };

    private static readonly Attacks ToRepository = Attacks.Of(("TA0010", "T1567.001"));

    public void Map(Finding finding)
    {
        var source = finding.Source;
        var method = source.TakeText("method"u8);
        var host = Endpoint.Parse(finding.Detection, source.TakeText("host"u8));
        var target = source.TakeText("path"u8);
        if (method.IsEmpty && host.IsEmpty && target.IsEmpty) return;
        if (!method.IsEmpty && !target.IsEmpty) Judge(finding, GitHubCall.Of(method, host.Hostname, target));
        finding.Detail = Join(finding.Detection, method, host.Host, target);
        var w = finding.BeginEvidence("HTTPS request"u8);
        NetworkEvidence.WriteOutbound(w);
        WriteRequest(finding, method, target);
        if (!host.IsEmpty) NetworkEvidence.WriteDestination(finding, host.Port is null ? host.WithPort(443) : host);
        WriteUrl(finding, host, target);
        finding.EndEvidence();
    }

    private static void Judge(Finding finding, GitHubCall.Change change)
    {
        if (change is GitHubCall.Change.Runner or GitHubCall.Change.Secret) finding.Severity = Severity.High;
        else if (change != GitHubCall.Change.Other) finding.Severity = Severity.Medium;
        if (change is GitHubCall.Change.Content) finding.Attacks = ToRepository;
    }

    private static void WriteRequest(Finding finding, DetectionText method, DetectionText target)
    {
        var w = finding.Evidence;
        w.Object("api"u8);
        w.String("operation"u8, Join(finding.Detection, method, default, target) is { IsEmpty: false } call ? call.Span : "HTTPS request"u8);
        w.EndObject();
        if (!GitHubCall.IsMethod(method)) return;
        w.Object("http_request"u8);
        w.String("http_method"u8, method);
        w.EndObject();
    }

    private static void WriteUrl(Finding finding, in Endpoint host, DetectionText target)
    {
        if (host.Host.IsEmpty || !host.Other.IsEmpty || target.IsEmpty || target.Span[0] != '/') return;
        var question = target.Span.IndexOf((byte)'?');
        var path = question < 0 ? target : target.Slice(0, question);
        var query = question < 0 ? default : target.Slice(question + 1);
        WebAddress.Write(finding, host.Host, path, query, default, host.Port is 443 ? null : host.Port);
    }

    private static DetectionText Join(Detection detection, DetectionText method, DetectionText host, DetectionText target)
    {
        detection.Begin().Append(method);
        if (!method.IsEmpty && !(host.IsEmpty && target.IsEmpty)) detection.Append((byte)' ');
        return detection.Append(host).Append(target).End();
    }
}
