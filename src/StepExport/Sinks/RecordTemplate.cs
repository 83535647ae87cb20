using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using StepExport.Core.Model;

namespace StepExport.Sinks;

/// <summary>Text with values of a record in it, like <c>security.{owner}.{severity}</c>: a topic, a prefix of keys.</summary>
/// <remarks>
/// Confined: of a value only ASCII letters, digits, <c>.</c>, <c>_</c> and <c>-</c> come through, any other byte becomes
/// <c>_</c>; it has at least one and at most <see cref="LongestValue"/> characters, and never consists of dots alone. So no
/// value can end the part it stands in, climb out of it, or make it illegal.
/// </remarks>
internal sealed class RecordTemplate
{
    /// <summary>Most characters of a value; the rest is cut.</summary>
    public const int LongestValue = 100;

    private static readonly string[] Known = ["owner", "repo", "type", "severity", "date", "hour", "year", "month", "day"];
    private readonly Part[] _parts;

    private RecordTemplate(Part[] parts)
    {
        _parts = parts;
        MaxLength = parts.Sum(p => p.Literal?.Length ?? LongestValue);
    }

    /// <summary>Most bytes that <see cref="Render"/> writes.</summary>
    public int MaxLength { get; }

    /// <summary>No placeholder in it.</summary>
    public bool IsConstant => Array.TrueForAll(_parts, p => p.Literal is not null);

    /// <summary>Reads the template; a brace is always part of a placeholder.</summary>
    /// <param name="text">E.g. <c>{owner}/{date}</c>.</param>
    /// <param name="template">The result.</param>
    /// <param name="problem">What is wrong and what to do.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out RecordTemplate? template, [NotNullWhen(false)] out string? problem)
    {
        (template, problem) = (null, null);
        var parts = new List<Part>();
        for (var at = 0; at < text.Length;)
        {
            var brace = text.AsSpan(at).IndexOfAny('{', '}');
            var literal = brace < 0 ? text[at..] : text.Substring(at, brace);
            if (literal.Length > 0) parts.Add(new(Encoding.UTF8.GetBytes(literal), Placeholder.None));
            if (brace < 0) break;
            at += brace;
            var end = text.IndexOf('}', at);
            if (text[at] == '}' || end < 0)
            {
                problem = $"'{text}' has a brace without its counterpart; write placeholders like {{owner}}";
                return false;
            }

            var name = text[(at + 1)..end];
            if (!Known.Contains(name))
            {
                problem = $"{{{name}}} is not a placeholder; write one of {string.Join(", ", Known.Select(k => $"{{{k}}}"))}";
                return false;
            }

            parts.Add(new(null, Enum.Parse<Placeholder>(name, ignoreCase: true)));
            at = end + 1;
        }

        template = new([.. parts]);
        return true;
    }

    /// <summary>Writes the text for this record, ASCII but for the literal parts.</summary>
    /// <param name="record">Where the values come from; times are UTC.</param>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    public int Render(in ExportRecord record, Span<byte> destination)
    {
        var written = 0;
        foreach (var part in _parts)
        {
            if (part.Literal is { } literal)
            {
                literal.CopyTo(destination[written..]);
                written += literal.Length;
            }
            else
            {
                written += Write(part.Placeholder, record, destination.Slice(written, LongestValue));
            }
        }

        return written;
    }

    private static int Write(Placeholder placeholder, in ExportRecord record, Span<byte> destination) => placeholder switch
    {
        Placeholder.Owner => Confine(Owner(record.Repository), destination),
        Placeholder.Repo => Confine(Repo(record.Repository), destination),
        Placeholder.Type => Confine(record.Type, destination),
        Placeholder.Severity => Confine(SeverityNames.Utf8(record.Severity), destination),
        _ => WriteTime(placeholder, EventTime(record), destination),
    };

    private static int WriteTime(Placeholder placeholder, DateTimeOffset time, Span<byte> destination)
    {
        if (placeholder == Placeholder.Date)
        {
            Utf8Formatter.TryFormat(time.UtcDateTime, destination, out _, 'O');
            return "yyyy-MM-dd".Length;
        }

        var (value, digits) = placeholder switch
        {
            Placeholder.Year => (time.Year, 4),
            Placeholder.Month => (time.Month, 2),
            Placeholder.Day => (time.Day, 2),
            _ => (time.Hour, 2),
        };
        Utf8Formatter.TryFormat(value, destination, out var written, new('D', (byte)digits));
        return written;
    }

    private static DateTimeOffset EventTime(in ExportRecord record) => DateTimeOffset.FromUnixTimeMilliseconds(
        Math.Clamp(record.TimeMs, DateTimeOffset.MinValue.ToUnixTimeMilliseconds(), DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));

    private static ReadOnlySpan<byte> Owner(ReadOnlySpan<byte> repository) =>
        repository.IndexOf((byte)'/') is var slash and >= 0 ? repository[..slash] : repository;

    private static ReadOnlySpan<byte> Repo(ReadOnlySpan<byte> repository) =>
        repository.IndexOf((byte)'/') is var slash and >= 0 ? repository[(slash + 1)..] : default;

    private static int Confine(ReadOnlySpan<byte> value, Span<byte> destination)
    {
        if (value.IsEmpty) value = "_"u8;
        if (value.Length > LongestValue) value = value[..LongestValue];
        var onlyDots = !value.ContainsAnyExcept((byte)'.');
        for (var i = 0; i < value.Length; i++)
        {
            var b = value[i];
            destination[i] = char.IsAsciiLetterOrDigit((char)b) || b is (byte)'_' or (byte)'-' || (b == '.' && !onlyDots) ? b : (byte)'_';
        }

        return value.Length;
    }

    private enum Placeholder : byte
    {
        None,
        Owner,
        Repo,
        Type,
        Severity,
        Date,
        Hour,
        Year,
        Month,
        Day,
    }

    private readonly record struct Part(byte[]? Literal, Placeholder Placeholder);
}
