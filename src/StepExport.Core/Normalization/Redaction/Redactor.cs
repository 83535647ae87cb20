using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using StepExport.Core.Model;

namespace StepExport.Core.Normalization.Redaction;

/// <summary>Masks credentials in the strings of a detection, before any of them is mapped, left unmapped or kept raw.</summary>
/// <remarks>
/// Nearly every string has nothing to mask. A few vectorized searches over the whole text tell which ones may have; only in those
/// that also have a rule's needle does a regular expression run.
/// </remarks>
internal sealed class Redactor
{
    public const string MaskText = "***";

    private const int ShortestToken = 13;

    private readonly RedactionRule[] _own;

    /// <param name="patterns">The operator's patterns; each passes <see cref="Check"/>.</param>
    /// <exception cref="ArgumentException">One is no regular expression.</exception>
    public Redactor(IReadOnlyList<string> patterns) => _own = [.. patterns.Select(RedactionRule.OfOperator)];

    public static ReadOnlySpan<byte> Mask => "***"u8;

    /// <summary>Why a pattern cannot be used, or null.</summary>
    public static string? Check(string pattern)
    {
        try
        {
            _ = RedactionRule.OfOperator(pattern);
            return null;
        }
        catch (RegexParseException e)
        {
            return e.Message;
        }
        catch (NotSupportedException)
        {
            return "look-around, back-references and atomic groups need backtracking, which is not allowed here";
        }
    }

    /// <summary>Masks in place and returns how many credentials were masked.</summary>
    public int Scrub(Detection detection)
    {
        if (!SecretTraces.Mark(detection) && _own.Length == 0) return 0;
        var count = 0;
        var chars = ArrayPool<char>.Shared.Rent(detection.Json.Length);
        for (var i = 1; i < detection.NodeCount; i++)
        {
            if (!detection.Node(i).Suspect && _own.Length == 0) continue;
            var value = new DetectionValue(detection, i);
            if (value.Name.Length >= ShortestToken) ScrubName(detection, i, chars, ref count);
            if (value.IsArray) SecretArguments.Scrub(detection, value, ref count);
            else if (value.IsText) ScrubText(detection, value, chars, ref count);
        }

        ArrayPool<char>.Shared.Return(chars);
        return count;
    }

    private void ScrubText(Detection detection, DetectionValue value, char[] chars, ref int count)
    {
        if (SecretNames.Hides(value.Name, value.Text))
        {
            detection.Replace(value.Index, Mask);
            count++;
            return;
        }

        if (detection.Node(value.Index).Kind == JsonTokenType.Number) return;
        if (ScrubText(value.Text, chars, ref count) is { } masked) detection.Replace(value.Index, Encoding.UTF8.GetBytes(masked));
    }

    /// <summary>A name can hold a token too. Masked names are numbered, for no two in one object may be the same.</summary>
    private void ScrubName(Detection detection, int index, char[] chars, ref int count)
    {
        var name = detection.Name(detection.Node(index));
        if (ScrubText(name, chars, ref count) is not null)
            detection.Rename(index, Encoding.UTF8.GetBytes(MaskText + index.ToString(CultureInfo.InvariantCulture)));
    }

    private string? ScrubText(ReadOnlySpan<byte> text, char[] buffer, ref int count)
    {
        var chars = buffer.AsSpan(0, Encoding.UTF8.GetChars(text, buffer));
        string? masked = null;
        foreach (var rule in RedactionRules.All) Apply(rule, chars, ref masked, ref count);
        foreach (var rule in _own) Apply(rule, chars, ref masked, ref count);
        return masked;
    }

    private static void Apply(RedactionRule rule, ReadOnlySpan<char> text, ref string? masked, ref int count)
    {
        if (!rule.Matches(masked ?? text)) return;
        var before = masked ?? text.ToString();
        var after = rule.Mask(before, ref count);
        if (!ReferenceEquals(before, after)) masked = after;
    }
}
