using System.Buffers;
using System.Text.RegularExpressions;

namespace StepExport.Core.Normalization.Redaction;

/// <summary>One kind of credential inside a text.</summary>
internal sealed class RedactionRule
{
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    private readonly string _needs;
    private readonly SearchValues<string>? _needles;
    private readonly Regex _pattern;

    private RedactionRule(string needs, SearchValues<string>? needles, Regex pattern)
    {
        _needs = needs;
        _needles = needles;
        _pattern = pattern;
    }

    /// <summary>A rule of our own.</summary>
    /// <param name="needs">Characters that all stand in every match.</param>
    /// <param name="needles">Words of which one stands in every match, any case: they are found fast, the pattern is not.</param>
    /// <param name="pattern">Group <c>v</c> is the credential; without that group the whole match is.</param>
    /// <param name="ignoreCase">Of the pattern.</param>
    public static RedactionRule Of(string needs, string[] needles, string pattern, bool ignoreCase = true) => new(
        needs,
        SearchValues.Create(needles, StringComparison.OrdinalIgnoreCase),
        new Regex(pattern, ignoreCase ? Options | RegexOptions.IgnoreCase : Options));

    /// <summary>A rule of the operator's.</summary>
    /// <exception cref="ArgumentException">No regular expression.</exception>
    /// <exception cref="NotSupportedException">It needs backtracking.</exception>
    public static RedactionRule OfOperator(string pattern) => new(string.Empty, null, new Regex(pattern, Options));

    public bool Matches(ReadOnlySpan<char> text)
    {
        foreach (var needed in _needs)
        {
            if (!text.Contains(needed)) return false;
        }

        return (_needles is null || text.ContainsAny(_needles)) && _pattern.IsMatch(text);
    }

    /// <summary>The text with the credentials masked; the same instance when there were none.</summary>
    public string Mask(string text, ref int count)
    {
        var masked = 0;
        var result = _pattern.Replace(text, match =>
        {
            var credential = match.Groups["v"] is { Success: true } group ? group : match;
            // `git@` in front of a host is a convention, not a credential.
            if (credential.Length == 0 || credential.Value is Redactor.MaskText or "git") return match.Value;
            masked++;
            return string.Concat(
                match.ValueSpan[..(credential.Index - match.Index)],
                Redactor.MaskText,
                match.ValueSpan[(credential.Index - match.Index + credential.Length)..]);
        });
        count += masked;
        return masked == 0 ? text : result;
    }
}
