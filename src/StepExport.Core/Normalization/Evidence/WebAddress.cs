using StepExport.Core.Model;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Normalization.Evidence;

/// <summary>The OCSF url object in the open evidence, with its observable.</summary>
internal static class WebAddress
{
    /// <summary>An address on github.com.</summary>
    /// <param name="finding">Has an evidence open.</param>
    /// <param name="path">From the first slash on.</param>
    /// <param name="fragment">From the number sign on, or empty.</param>
    public static void WriteGitHub(Finding finding, DetectionText path, DetectionText fragment) =>
        Write(finding, "github.com"u8, path, default, fragment, default);

    /// <summary>An https address.</summary>
    /// <param name="finding">Has an evidence open.</param>
    /// <param name="host">A host name or IP address.</param>
    /// <param name="path">From the first slash on.</param>
    /// <param name="query">After the question mark, or empty.</param>
    /// <param name="fragment">From the number sign on, or empty.</param>
    /// <param name="port">When it is not 443.</param>
    public static void Write(
        Finding finding, ReadOnlySpan<byte> host, DetectionText path, DetectionText query, DetectionText fragment, int? port)
    {
        var isIpv6 = host.Contains((byte)':');
        var detection = finding.Detection.Begin().Append("https://"u8);
        detection = isIpv6 ? detection.Append((byte)'[').Append(host).Append((byte)']') : detection.Append(host);
        if (port is { } known) detection.Append((byte)':').Append(known);
        detection.Append(path);
        if (!query.IsEmpty) detection.Append((byte)'?').Append(query);
        var address = detection.Append(fragment).End();
        var w = finding.Evidence;
        w.Object("url"u8);
        w.String("url_string"u8, address);
        w.String("scheme"u8, "https"u8);
        if (!isIpv6) w.String("hostname"u8, host);
        w.Number("port"u8, port);
        w.String("path"u8, path);
        w.String("query_string"u8, query);
        w.EndObject();
        finding.Observe("url.url_string"u8, ObservableType.UrlString, address);
    }
}
