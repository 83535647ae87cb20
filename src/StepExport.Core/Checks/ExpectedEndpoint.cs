using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace StepExport.Core.Checks;

/// <summary>An endpoint that the runs of some repositories may call. Pure, thread-safe.</summary>
/// <remarks>What it says has to be certain: a call whose port is unknown is not covered when a port is named, and a network covers addresses, no names.</remarks>
internal sealed class ExpectedEndpoint
{
    private const int LongestHost = 253;

    private static readonly SearchValues<char> LabelCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

    private readonly TextGlob[] _repositories;

    /// <summary>Null when it is a host.</summary>
    private readonly IPNetwork? _network;

    /// <summary>Without the <c>*</c> when any host below it is meant, e.g. <c>.docker.io</c>.</summary>
    private readonly string _host;
    private readonly int? _port;

    private ExpectedEndpoint(IReadOnlyList<string> repositories, IPNetwork? network, string host, int? port) =>
        (_repositories, _network, _host, _port) = ([.. repositories.Select(pattern => new TextGlob(pattern))], network, host, port);

    /// <param name="text">Host, address or network, with a port or for any: <c>ghcr.io:443</c>, <c>*.docker.io</c>, <c>10.0.0.0/8</c>,
    /// <c>10.0.0.0/8:443</c>, <c>[2001:db8::1]:443</c>, <c>[2001:db8::/32]:443</c>.</param>
    /// <param name="repositories">As owner/repo, <c>*</c> matches any run of characters.</param>
    /// <returns>Null when the text is none.</returns>
    public static ExpectedEndpoint? TryParse(string text, IReadOnlyList<string> repositories)
    {
        var (place, portText) = Split(text);
        int? port = null;
        if (portText is not null)
        {
            if (Port(portText) is not { } number) return null;
            port = number;
        }

        if (Network(place) is { } network) return new(repositories, network, "", port);
        var host = place.EndsWith('.') ? place[..^1] : place;
        return IsHost(host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host) ? new(repositories, null, host.TrimStart('*'), port) : null;
    }

    public bool Covers(string repository, CalledEndpoint endpoint) =>
        (_port is null || _port == endpoint.Port)
        && (_network is { } network ? Address(endpoint.Host) is { } address && network.Contains(address) : IsBelow(endpoint.Host))
        && Array.Exists(_repositories, pattern => pattern.IsMatch(repository));

    private bool IsBelow(string host)
    {
        var name = host.EndsWith('.') ? host[..^1] : host;
        return _host[0] == '.' ? name.Length > _host.Length && name.EndsWith(_host, StringComparison.OrdinalIgnoreCase) : name.Equals(_host, StringComparison.OrdinalIgnoreCase);
    }

    /// <returns>The port's text is null when there is none.</returns>
    private static (string Place, string? Port) Split(string text)
    {
        if (text.StartsWith('['))
        {
            // Only what has colons of its own stands in brackets.
            var end = text.IndexOf(']', StringComparison.Ordinal);
            if (end < 0 || !text.AsSpan(0, end).Contains(':')) return ("", null);
            if (end == text.Length - 1) return (text[1..end], null);
            return text[end + 1] == ':' ? (text[1..end], text[(end + 2)..]) : ("", null);
        }

        var colon = text.LastIndexOf(':');
        if (colon < 0) return (text, null);
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var isPort = slash < 0 ? text.IndexOf(':', StringComparison.Ordinal) == colon : colon > slash;
        return isPort ? (text[..colon], text[(colon + 1)..]) : (text, null);
    }

    private static int? Port(string text) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0 ? port : null;

    /// <summary>An address is a network of one.</summary>
    private static IPNetwork? Network(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (Address(slash < 0 ? text : text[..slash]) is not { } address) return null;
        var bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        if (slash < 0) return new(address, bits);
        if (!byte.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var prefix) || prefix > bits) return null;

        // What is behind the prefix has to be zero: 10.1.2.3/8 is a slip, and nobody knows of which half.
        return IPNetwork.TryParse(FormattableString.Invariant($"{address}/{prefix}"), out var network) && network.BaseAddress.Equals(address) ? network : null;
    }

    /// <summary>Four decimal numbers, or IPv6; none of the short, octal or hexadecimal ways to write an address, and no zone.</summary>
    private static IPAddress? Address(string text)
    {
        if (!IPAddress.TryParse(text, out var address)) return null;
        if (address.AddressFamily == AddressFamily.InterNetwork) return address.ToString() == text ? address : null;
        if (text.AsSpan().ContainsAny("%[]")) return null;
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }

    /// <summary>A name in ASCII; one whose last label is a number would be a misspelled address.</summary>
    private static bool IsHost(string text)
    {
        if (text.Length is 0 or > LongestHost) return false;
        var labels = text.Split('.');
        return Array.TrueForAll(labels, label => label.Length > 0 && !label.AsSpan().ContainsAnyExcept(LabelCharacters)) && !labels[^1].All(char.IsAsciiDigit);
    }
}
