using System.Net;

namespace StepExport.Configuration;

/// <summary>Reads <c>address:port</c> as a listener is told it.</summary>
internal static class ListenAddress
{
    public const string Off = "off";

    /// <summary>The end point, or null when the text is none. A port is required; names other than <c>localhost</c> are not looked up.</summary>
    public static IPEndPoint? TryParse(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(text.AsSpan(colon + 1), out var port)) return null;
        var host = text[..colon];
        if (host == "localhost") return new(IPAddress.Loopback, port);
        // "::1:8970" would be an address without a port to IPAddress: IPv6 wants its brackets.
        var isBracketed = host.StartsWith('[') && host.EndsWith(']');
        if (host.Contains(':', StringComparison.Ordinal) != isBracketed) return null;
        return IPAddress.TryParse(host.Trim('[', ']'), out var address) && (isBracketed || host.Count(c => c == '.') == 3) ? new(address, port) : null;
    }
}
