using StepExport.Core.Model;

namespace StepExport.Core.Normalization.Evidence;

/// <summary>Finds the host that a command connects to: <c>/dev/tcp/host/port</c>, or <c>host port</c> as two arguments.</summary>
internal static class CommandDestination
{
    public static Endpoint Find(Detection detection, DetectionValue arguments)
    {
        var previous = default(DetectionText);
        foreach (var argument in arguments)
        {
            if (Endpoint.TryParsePort(argument.Text, out var port) && port > 0 && IsHost(previous))
                return Endpoint.Parse(detection, previous).WithPort(port);
            if (FromDevice(detection, argument.Text) is { IsEmpty: false } device) return device;
            previous = argument.Text;
        }

        return default;
    }

    private static Endpoint FromDevice(Detection detection, DetectionText argument)
    {
        var at = argument.Span.IndexOf("/dev/tcp/"u8);
        if (at < 0) at = argument.Span.IndexOf("/dev/udp/"u8);
        if (at < 0) return default;
        var host = argument.Slice(at + "/dev/tcp/".Length);
        var slash = host.Span.IndexOf((byte)'/');
        if (slash < 0) return default;
        var digits = host.Span[(slash + 1)..];
        var end = digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (end >= 0) digits = digits[..end];
        host = host.Slice(0, slash);
        if (!Endpoint.TryParsePort(digits, out var port) || port == 0) return default;
        if (!Endpoint.IsIp(host) && !Endpoint.IsHostname(host)) return default;
        return Endpoint.Parse(detection, host).WithPort(port);
    }

    /// <summary>An address, or a name with a dot and a last label of letters: <c>file.txt 80</c> is still a guess, <c>1.5 80</c> is none.</summary>
    private static bool IsHost(DetectionText text)
    {
        if (Endpoint.IsIp(text)) return true;
        var dot = text.Span.LastIndexOf((byte)'.');
        if (dot <= 0 || !Endpoint.IsHostname(text) || text.Span[0] == '-') return false;
        var last = text.Span[(dot + 1)..];
        return last.Length >= 2 && !last.ContainsAnyExceptInRange((byte)'a', (byte)'z');
    }
}
