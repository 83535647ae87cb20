using System.Text;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Formats;

/// <summary>One field of a format, or an object of fields: its name, the parts it is made of, and how.</summary>
internal sealed class FormatField
{
    private static readonly UInt128 Always = UInt128.MaxValue;

    private readonly byte[] _name;
    private readonly UInt128 _needs;
    private readonly FormatField[] _inside = [];
    private readonly WriteMember? _write;

    private FormatField(string name, UInt128 needs, WriteMember write) => (_name, _needs, _write) = (Encoding.UTF8.GetBytes(name), needs, write);

    private FormatField(string name, FormatField[] inside)
    {
        _name = Encoding.UTF8.GetBytes(name);
        _inside = inside;
        foreach (var field in inside) _needs |= field._needs;
    }

    /// <summary>Writes a member, or nothing.</summary>
    public delegate void WriteMember(OcsfWriter w, ReadOnlySpan<byte> name, in FindingView finding);

    /// <summary>The part's value as it is.</summary>
    public static FormatField Copy(string name, Part part) =>
        new(name, FindingParts.Bit(part), (w, key, in finding) => w.Raw(key, finding.Json(part)));

    /// <summary>The part's milliseconds as ISO 8601.</summary>
    public static FormatField Date(string name, Part part) =>
        new(name, FindingParts.Bit(part), (w, key, in finding) => IsoTime.Write(w, key, finding.Number(part)));

    /// <summary>Always this text.</summary>
    public static FormatField Constant(string name, string text) => Constant(name, text, Always);

    /// <summary>This text when one of the parts is there.</summary>
    public static FormatField When(string name, string text, params ReadOnlySpan<Part> parts) => Constant(name, text, Any(parts));

    /// <summary>Whatever <paramref name="write"/> makes of the finding.</summary>
    public static FormatField Of(string name, WriteMember write) => new(name, Always, write);

    /// <summary>Whatever <paramref name="write"/> makes of the parts when one of them is there.</summary>
    public static FormatField Of(string name, WriteMember write, params ReadOnlySpan<Part> parts) => new(name, Any(parts), write);

    /// <summary>An object, when one of its fields is there.</summary>
    public static FormatField Object(string name, params FormatField[] inside) => new(name, inside);

    public void Write(OcsfWriter w, in FindingView finding)
    {
        if (_needs != Always && (finding.Parts.Present & _needs) == 0) return;
        if (_write is not null)
        {
            _write(w, _name, finding);
            return;
        }

        w.Object(_name);
        foreach (var field in _inside) field.Write(w, finding);
        w.EndObject();
    }

    private static FormatField Constant(string name, string text, UInt128 needs)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        return new(name, needs, (w, key, in _) => w.Plain(key, utf8));
    }

    private static UInt128 Any(ReadOnlySpan<Part> parts)
    {
        UInt128 needs = 0;
        foreach (var part in parts) needs |= FindingParts.Bit(part);
        return needs;
    }
}
