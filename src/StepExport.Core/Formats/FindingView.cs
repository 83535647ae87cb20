using System.Buffers.Text;

namespace StepExport.Core.Formats;

/// <summary>One finding as its parts, for the formats to write. Texts are JSON: what has escapes keeps them.</summary>
internal readonly ref struct FindingView(ReadOnlySpan<byte> body, FindingParts parts)
{
    private readonly ReadOnlySpan<byte> _body = body;

    public FindingParts Parts => parts;

    public bool Has(Part part) => parts.Has(part);

    public ReadOnlySpan<byte> Json(Range range) => _body[range];

    /// <summary>The part's value; empty when it is not there.</summary>
    public ReadOnlySpan<byte> Json(Part part) => parts.Has(part) ? _body[parts[part]] : default;

    /// <summary>The first of these parts that is there; empty when none is.</summary>
    public ReadOnlySpan<byte> First(Part one, Part other, Part third)
    {
        var part = parts.Has(one) ? one : parts.Has(other) ? other : third;
        return Json(part);
    }

    /// <summary>What stands between the quotes.</summary>
    public ReadOnlySpan<byte> Text(Range range) => _body[range] is { Length: > 2 } json ? json[1..^1] : default;

    /// <summary>What stands between the quotes of a part; empty when it is not there.</summary>
    public ReadOnlySpan<byte> Text(Part part) => parts.Has(part) ? Text(parts[part]) : default;

    /// <summary>A whole number; 0 when the part is none.</summary>
    public long Number(Part part) => Utf8Parser.TryParse(Json(part), out long value, out _) ? value : 0;
}
