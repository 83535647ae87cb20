using System.Runtime.CompilerServices;
using System.Text;
using StepExport.Cli;

namespace StepExport.Checks.Web;

/// <summary>A piece of HTML. It can only be made of literals of this program and of values that are encoded on their way in.</summary>
internal readonly struct Html
{
    private readonly string? _text;

    private Html(string text) => _text = text;

    /// <summary>Literals stay, values are encoded for the place where they stand: <c>Html.Of($"&lt;p&gt;{comment}&lt;/p&gt;")</c>.</summary>
    /// <exception cref="InvalidOperationException">A value stands in a tag without quotation marks around it.</exception>
    public static Html Of(HtmlBuilder text) => new(text.Finish());

    public override string ToString() => _text ?? "";
}

/// <summary>What the compiler makes of the string of <see cref="Html.Of"/>.</summary>
/// <remarks>
/// Between tags, control and format characters of a value are spelled out, so that none can turn the reading direction or hide. In an attribute
/// they keep their meaning: a filter that is sent back has to be the same.
/// </remarks>
[InterpolatedStringHandler]
internal ref struct HtmlBuilder(int literalLength, int formattedCount)
{
    private readonly StringBuilder _text = new(literalLength + (formattedCount * 16));
    private Place _place;

    private enum Place
    {
        Text,
        Tag,
        Quoted,
    }

    public void AppendLiteral(string literal)
    {
        _text.Append(literal);
        foreach (var character in literal)
        {
            _place = (_place, character) switch
            {
                (Place.Text, '<') => Place.Tag,
                (Place.Tag, '>') => Place.Text,
                (Place.Tag, '"') => Place.Quoted,
                (Place.Quoted, '"') => Place.Tag,
                _ => _place,
            };
        }
    }

    public readonly void AppendFormatted(string? value)
    {
        if (_place == Place.Tag) throw new InvalidOperationException("a value in a tag needs quotation marks around it");
        if (value is null) return;
        var text = _place == Place.Text ? TerminalText.Escape(value, keepLines: true) : value;
        foreach (var character in text) Append(character);
    }

    public readonly void AppendFormatted(int value) => AppendFormatted(FormattableString.Invariant($"{value}"));

    public readonly void AppendFormatted(Html value)
    {
        if (_place == Place.Quoted) throw new InvalidOperationException("HTML has no place in an attribute");
        _text.Append(value.ToString());
    }

    public readonly void AppendFormatted(IEnumerable<Html> values)
    {
        foreach (var value in values) AppendFormatted(value);
    }

    public readonly string Finish() => _place == Place.Text ? _text.ToString() : throw new InvalidOperationException("a tag is not closed");

    private readonly void Append(char character)
    {
        _ = character switch
        {
            '<' => _text.Append("&lt;"),
            '>' => _text.Append("&gt;"),
            '&' => _text.Append("&amp;"),
            '"' => _text.Append("&quot;"),
            '\'' => _text.Append("&#39;"),
            '\r' => _text.Append("&#13;"),
            '\0' => _text.Append('\ufffd'),
            _ => _text.Append(character),
        };
    }
}
