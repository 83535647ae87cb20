using System.Text;

namespace StepExport.Core.Delivery;

/// <summary>A pattern in which <c>*</c> stands for any run of characters; ASCII letters match in either case, as GitHub's names do.</summary>
internal sealed class Utf8Glob(string pattern)
{
    private const byte Star = (byte)'*';
    private readonly byte[] _pattern = Encoding.UTF8.GetBytes(pattern);

    public bool MatchesAll { get; } = pattern.Length > 0 && pattern.All(c => c == '*');

    public bool IsMatch(ReadOnlySpan<byte> text)
    {
        if (MatchesAll) return true;
        var (p, t) = (0, 0);
        var (resumePattern, resumeText) = (-1, 0);
        while (t < text.Length)
        {
            if (p < _pattern.Length && _pattern[p] == Star)
            {
                (resumePattern, resumeText) = (++p, t);
            }
            else if (p < _pattern.Length && Same(_pattern[p], text[t]))
            {
                (p, t) = (p + 1, t + 1);
            }
            else if (resumePattern >= 0)
            {
                // Let the last star take one more byte; earlier stars need no second look.
                (p, t) = (resumePattern, ++resumeText);
            }
            else
            {
                return false;
            }
        }

        while (p < _pattern.Length && _pattern[p] == Star) p++;
        return p == _pattern.Length;
    }

    private static bool Same(byte a, byte b) => a == b || ((a | 0x20) == (b | 0x20) && (uint)((a | 0x20) - 'a') <= 'z' - 'a');
}
