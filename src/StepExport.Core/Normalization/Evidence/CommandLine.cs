using System.Buffers;
using StepExport.Core.Model;
using StepExport.Core.Normalization.Redaction;

namespace StepExport.Core.Normalization.Evidence;

/// <summary>A command line out of an argument vector, quoted so that a POSIX shell would read the same vector.</summary>
internal static class CommandLine
{
    private static readonly SearchValues<byte> NeedsNoQuotes =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-"u8);

    /// <summary>Takes the array and joins it; empty, and not taken, when it is no array of strings.</summary>
    public static DetectionText Take(Detection detection, DetectionValue arguments)
    {
        if (!arguments.IsArray || arguments.Count == 0) return default;
        foreach (var argument in arguments)
        {
            if (!argument.IsText) return default;
        }

        arguments.Take();
        detection.Begin();
        var first = true;
        foreach (var argument in arguments)
        {
            if (!first) detection.Append((byte)' ');
            first = false;
            Append(detection, argument.Text);
        }

        return detection.End();
    }

    private static bool IsPlain(ReadOnlySpan<byte> argument) =>
        (!argument.IsEmpty && !argument.ContainsAnyExcept(NeedsNoQuotes)) || argument.SequenceEqual(Redactor.Mask);

    private static void Append(Detection detection, DetectionText argument)
    {
        if (IsPlain(argument))
        {
            detection.Append(argument);
            return;
        }

        detection.Append((byte)'\'');
        while (argument.Span.IndexOf((byte)'\'') is >= 0 and var quote)
        {
            detection.Append(argument.Span[..quote]).Append("""
                '"'"'
                """u8);
            argument = argument.Slice(quote + 1);
        }

        detection.Append(argument).Append((byte)'\'');
    }
}
