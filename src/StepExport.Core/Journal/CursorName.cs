using System.Security.Cryptography;
using System.Text;

namespace StepExport.Core.Journal;

/// <summary>File name of a sink's cursor: whatever the name holds, it stays in the folder, and no two names share a file.</summary>
internal static class CursorName
{
    public const string Extension = ".cursor";

    private const int LongestEscaped = 180;

    /// <summary>Lower-case letters, digits, <c>_</c> and <c>-</c> stand for themselves, any other byte as <c>%XX</c> (upper case too:
    /// some file systems do not tell it apart); what becomes too long ends in <c>~</c> and the name's SHA-256.</summary>
    public static string FileName(string sink)
    {
        var bytes = Encoding.UTF8.GetBytes(sink);
        var escaped = new StringBuilder();
        foreach (var b in bytes)
        {
            if (b is (>= (byte)'a' and <= (byte)'z') or (>= (byte)'0' and <= (byte)'9') or (byte)'_' or (byte)'-') escaped.Append((char)b);
            else escaped.Append('%').Append(Convert.ToHexString([b]));
        }

        if (escaped.Length > LongestEscaped)
        {
            escaped.Length = LongestEscaped / 2;
            escaped.Append('~').Append(Convert.ToHexStringLower(SHA256.HashData(bytes)));
        }

        return escaped + Extension;
    }
}
