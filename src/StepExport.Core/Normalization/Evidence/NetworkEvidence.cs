using StepExport.Core.Ocsf;

namespace StepExport.Core.Normalization.Evidence;

/// <summary>Evidence of an outbound connection: <c>endpoint</c> and <c>direct_ip_address</c> of the payload.</summary>
internal static class NetworkEvidence
{
    /// <summary>Takes the payload's endpoint and writes it as the evidence of an outbound call.</summary>
    public static Endpoint Write(Finding finding)
    {
        var endpoint = Endpoint.Parse(finding.Detection, finding.Source.TakeText("endpoint"u8));
        if (endpoint.Ip.IsEmpty) endpoint = endpoint.WithIp(ToolEvidence.TakeDirectIp(finding));
        var tool = ToolEvidence.Take(finding);
        if (endpoint.IsEmpty && tool.IsEmpty) return endpoint;
        finding.Detail = endpoint.Host;
        var w = finding.BeginEvidence("Outbound connection"u8);
        WriteOutbound(w);
        if (!endpoint.IsEmpty) WriteDestination(finding, endpoint);
        tool.Write(finding);
        finding.EndEvidence();
        return endpoint;
    }

    public static void WriteOutbound(OcsfWriter w) => w.Raw("""
        "connection_info":{"direction_id":2,"direction":"Outbound"}
        """u8);

    /// <summary>Writes the destination into the open evidence, with its observables.</summary>
    public static void WriteDestination(Finding finding, in Endpoint endpoint)
    {
        var w = finding.Evidence;
        w.Object("dst_endpoint"u8);
        w.String("hostname"u8, endpoint.Hostname);
        w.String("ip"u8, endpoint.Ip);
        w.String("name"u8, endpoint.Other);
        w.Number("port"u8, endpoint.Port);
        w.EndObject();
        if (endpoint.IsDnsName)
        {
            w.Object("query"u8);
            w.String("hostname"u8, endpoint.Hostname);
            w.EndObject();
        }

        finding.Observe("dst_endpoint.hostname"u8, ObservableType.Hostname, endpoint.Hostname);
        finding.Observe("dst_endpoint.ip"u8, ObservableType.IpAddress, endpoint.Ip);
        if (endpoint.Port is { } port) finding.Observe("dst_endpoint.port"u8, ObservableType.Port, port);
    }
}
