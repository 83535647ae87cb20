namespace StepExport.Sinks.SplunkHec;

/// <summary>Splunk's rules for the names of indexes: lower-case letters, digits, <c>_</c> and <c>-</c>, the first one a letter or a digit.</summary>
internal static class IndexName
{
    /// <summary>Most characters of a name that comes out of a template.</summary>
    public const int MaxLength = 80;

    /// <summary>Makes a name that Splunk allows: upper case becomes lower case, any other character <c>_</c>; <c>_</c> and <c>-</c> in front are cut.</summary>
    /// <param name="name">What a template rendered.</param>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    /// <returns>Bytes written; 0 when nothing is left, or too much: a cut name could be that of another index.</returns>
    public static int Confine(ReadOnlySpan<byte> name, Span<byte> destination)
    {
        while (!name.IsEmpty && !char.IsAsciiLetterOrDigit((char)name[0])) name = name[1..];
        if (name.Length > MaxLength) return 0;
        for (var i = 0; i < name.Length; i++)
        {
            var b = name[i];
            destination[i] = char.IsAsciiLetterOrDigit((char)b) ? (byte)char.ToLowerInvariant((char)b) : b == '-' ? b : (byte)'_';
        }

        // Splunk keeps such names for itself.
        return destination[..name.Length].IndexOf("kvstore"u8) < 0 ? name.Length : 0;
    }

    /// <summary>Whether a name can be written as it is. Splunk's own indexes begin with <c>_</c>.</summary>
    public static bool IsValid(string name) =>
        name.Length is > 0 and <= MaxLength && name[0] != '-' && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '-');
}
