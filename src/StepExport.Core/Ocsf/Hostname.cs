using System.Buffers;

namespace StepExport.Core.Ocsf;

/// <summary>Host names before OCSF 1.4.</summary>
internal static class Hostname
{
    private static readonly SearchValues<byte> LabelBytes =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"u8);

    /// <summary>Labels of letters, digits and inner hyphens: no underscore, as real names may have.</summary>
    public static bool IsStrict(ReadOnlySpan<byte> text)
    {
        while (true)
        {
            var dot = text.IndexOf((byte)'.');
            var label = dot < 0 ? text : text[..dot];
            if (label.IsEmpty || label[0] == '-' || label[^1] == '-' || label.ContainsAnyExcept(LabelBytes)) return false;
            if (dot < 0) return true;
            text = text[(dot + 1)..];
        }
    }
}
