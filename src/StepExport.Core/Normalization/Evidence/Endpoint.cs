using System.Buffers;
using System.Net;
using System.Net.Sockets;
using StepExport.Core.Model;

namespace StepExport.Core.Normalization.Evidence;

/// <summary>A network destination as the vendor spells it: <c>fqdn.</c>, <c>host:443</c>, <c>[v6]:443</c>, an IP address.</summary>
internal readonly struct Endpoint
{
    private const int LongestHostname = 253;

    private static readonly SearchValues<byte> HostnameBytes =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."u8);

    private static readonly SearchValues<byte> Ipv6Bytes = SearchValues.Create("0123456789abcdefABCDEF:"u8);

    /// <summary>Lower-case host name without the trailing dot; empty when there is none.</summary>
    public DetectionText Hostname { get; private init; }

    public DetectionText Ip { get; private init; }

    /// <summary>The text itself when it is neither host name nor address.</summary>
    public DetectionText Other { get; private init; }

    public int? Port { get; private init; }

    /// <summary>It was stopped at name resolution: the name came with the dot of a DNS question.</summary>
    public bool IsDnsName { get; private init; }

    public bool IsEmpty => Hostname.IsEmpty && Ip.IsEmpty && Other.IsEmpty;

    /// <summary>What to call the destination in a message.</summary>
    public DetectionText Host => !Hostname.IsEmpty ? Hostname : !Ip.IsEmpty ? Ip : Other;

    public Endpoint WithIp(DetectionText ip) => this with { Ip = ip };

    public Endpoint WithPort(int port) => this with { Port = port };

    public static Endpoint Parse(Detection detection, DetectionText text)
    {
        if (text.IsEmpty) return default;
        if (IsIp(text)) return new Endpoint { Ip = text };
        var host = text;
        int? port = null;
        var colon = text.Span.LastIndexOf((byte)':');
        if (colon > 0 && TryParsePort(text.Slice(colon + 1), out var parsed))
        {
            host = text.Slice(0, colon);
            port = parsed;
        }

        var bare = host.Length > 2 && host.Span[0] == '[' && host.Span[^1] == ']' ? host.Slice(1, host.Length - 2) : host;
        if (IsIp(bare)) return new Endpoint { Ip = bare, Port = port };
        var isDnsName = host.Length > 1 && host.Span[^1] == '.';
        if (isDnsName) host = host.Slice(0, host.Length - 1);
        return IsHostname(host)
            ? new Endpoint { Hostname = Lower(detection, host), Port = port, IsDnsName = isDnsName }
            : new Endpoint { Other = text };
    }

    public static bool TryParsePort(ReadOnlySpan<byte> text, out int port)
    {
        port = 0;
        if (text.IsEmpty || text.Length > 5) return false;
        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9') return false;
            port = (port * 10) + digit - '0';
        }

        return port <= ushort.MaxValue;
    }

    public static bool IsHostname(ReadOnlySpan<byte> text) =>
        text.Length is > 0 and <= LongestHostname && !text.ContainsAnyExcept(HostnameBytes)
        && text[0] != '.' && text[^1] != '.' && text.IndexOf(".."u8) < 0;

    /// <summary>Four plain decimals, or IPv6 in hexadecimal groups: the spellings that every consumer reads alike.</summary>
    public static bool IsIp(ReadOnlySpan<byte> text)
    {
        if (text.Contains((byte)':'))
        {
            return text.Length <= 39 && !text.ContainsAnyExcept(Ipv6Bytes)
                && IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6;
        }

        for (var group = 0; group < 4; group++)
        {
            var dot = text.IndexOf((byte)'.');
            if (dot < 0 != (group == 3)) return false;
            var digits = group == 3 ? text : text[..dot];
            if (digits.Length is 0 or > 3 || (digits.Length > 1 && digits[0] == '0')) return false;
            if (!TryParsePort(digits, out var value) || value > byte.MaxValue) return false;
            text = text[(dot + 1)..];
        }

        return true;
    }

    private static DetectionText Lower(Detection detection, DetectionText text)
    {
        if (!text.Span.ContainsAnyInRange((byte)'A', (byte)'Z')) return text;
        detection.Begin();
        foreach (var letter in text.Span) detection.Append(letter is >= (byte)'A' and <= (byte)'Z' ? (byte)(letter | 0x20) : letter);
        return detection.End();
    }
}
