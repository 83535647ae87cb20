using System.Buffers;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Formats.Ecs;

/// <summary>Values that ECS wants in a form of its own.</summary>
internal static class EcsValues
{
    /// <summary>The detection type in kebab case.</summary>
    public static void WriteAction(OcsfWriter w, ReadOnlySpan<byte> name, in FindingView finding)
    {
        var type = finding.Json(Part.Type);
        var rented = ArrayPool<byte>.Shared.Rent(type.Length);
        for (var i = 0; i < type.Length; i++)
            rented[i] = type[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(type[i] | 0x20) : type[i] is (byte)' ' or (byte)'_' ? (byte)'-' : type[i];
        w.Raw(name, rented.AsSpan(0, type.Length));
        ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>The scale of Elastic's own detection rules, of which these are the middles.</summary>
    public static void WriteRisk(OcsfWriter w, ReadOnlySpan<byte> name, in FindingView finding)
    {
        long? risk = finding.Number(Part.SeverityId) switch
        {
            1 => 5,
            2 => 21,
            3 => 47,
            4 => 73,
            >= 5 => 99,
            _ => null,
        };
        w.Number(name, risk);
    }

    /// <summary>Nothing for a path without a folder.</summary>
    public static void WriteDirectory(OcsfWriter w, ReadOnlySpan<byte> name, in FindingView finding)
    {
        var path = finding.Text(Part.FilePath);
        var slash = path.LastIndexOf((byte)'/');
        if (slash < 0) return;

        // A part of JSON text, which has its escapes.
        w.Name(name);
        Quote(w, slash == 0 ? path[..1] : path[..slash]);
    }

    public static void WriteTag(OcsfWriter w, ReadOnlySpan<byte> name, in FindingView finding)
    {
        w.Array(name);
        w.Raw(finding.Json(Part.ImageTag));
        w.EndArray();
    }

    /// <summary>The argument vector, out of the command line that the mapper has quoted.</summary>
    public static void WriteArguments(OcsfWriter w, ReadOnlySpan<byte> name, in FindingView finding)
    {
        var line = finding.Text(Part.CommandLine);
        var argument = ArrayPool<byte>.Shared.Rent(line.Length + 2);
        w.Array(name);
        while (!line.IsEmpty) w.Raw(Next(ref line, argument));
        w.EndArray();
        ArrayPool<byte>.Shared.Return(argument);
    }

    /// <summary>Takes one argument off the line: plain up to the next space, or in single quotes, where <c>'"'"'</c> is one.</summary>
    private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> line, Span<byte> argument)
    {
        var escapedQuote = "\\\"'\\\"'"u8;
        argument[0] = (byte)'"';
        var length = 1;
        var isQuoted = line[0] == '\'';
        if (isQuoted) line = line[1..];
        while (true)
        {
            var end = line.IndexOf(isQuoted ? (byte)'\'' : (byte)' ');
            if (end < 0) end = line.Length;
            line[..end].CopyTo(argument[length..]);
            length += end;
            line = line[Math.Min(end + 1, line.Length)..];
            if (!isQuoted) break;
            if (!line.StartsWith(escapedQuote))
            {
                if (!line.IsEmpty) line = line[1..]; // the space
                break;
            }

            argument[length++] = (byte)'\'';
            line = line[escapedQuote.Length..];
        }

        argument[length++] = (byte)'"';
        return argument[..length];
    }

    private static void Quote(OcsfWriter w, ReadOnlySpan<byte> text)
    {
        var rented = ArrayPool<byte>.Shared.Rent(text.Length + 2);
        rented[0] = (byte)'"';
        text.CopyTo(rented.AsSpan(1));
        rented[text.Length + 1] = (byte)'"';
        w.Raw(rented.AsSpan(0, text.Length + 2));
        ArrayPool<byte>.Shared.Return(rented);
    }
}
