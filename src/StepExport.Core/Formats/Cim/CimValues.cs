using System.Buffers;
using System.Text.Json;
using StepExport.Core.Model;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Formats.Cim;

/// <summary>Values that CIM prescribes, and what has to become flat.</summary>
internal static class CimValues
{
    /// <summary>The first of the parts that is there, else the word that CIM asks for when a needed value is not known.</summary>
    public static FormatField.WriteMember OrUnknown(Part one, Part? other = null) => (w, name, in finding) =>
    {
        var value = finding.First(one, other ?? one, one);
        if (value.IsEmpty) w.Plain(name, "unknown"u8);
        else w.Raw(name, value);
    };

    /// <summary>One of five words; fatal is critical, and what nobody knows is informational. <c>severity_id</c> has it exactly.</summary>
    public static void WriteSeverity(OcsfWriter w, ReadOnlySpan<byte> name, in FindingView finding)
    {
        var severity = Math.Clamp(finding.Number(Part.SeverityId), (long)Severity.Informational, (long)Severity.Critical);
        w.Plain(name, SeverityNames.Utf8((Severity)severity));
    }

    public static void WriteAction(OcsfWriter w, ReadOnlySpan<byte> name, in FindingView finding)
    {
        var action = finding.Has(Part.Change) ? "modified"u8 : finding.Has(Part.Denied) ? "blocked"u8 : "allowed"u8;
        w.Plain(name, action);
    }

    public static void WriteIdsType(OcsfWriter w, ReadOnlySpan<byte> name, in FindingView finding)
    {
        if (!finding.Has(Part.Change)) w.Plain(name, "host"u8);
    }

    /// <summary>One value per technique, each once, separated by commas.</summary>
    public static void WriteTechniques(
        OcsfWriter w, ReadOnlySpan<byte> name, in FindingView finding, Func<FindingParts.Technique, Range> which)
    {
        var list = new CommaList(stackalloc byte[CommaList.Usual]);
        foreach (var technique in finding.Parts.Techniques) list.Add(finding.Text(which(technique)));
        list.Write(w, name);
    }

    public static void WriteTypes(OcsfWriter w, ReadOnlySpan<byte> name, in FindingView finding)
    {
        var list = new CommaList(stackalloc byte[CommaList.Usual]);
        var reader = new Utf8JsonReader(finding.Json(Part.Types));
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.String) list.Add(reader.ValueSpan);
        }

        list.Write(w, name);
    }

    /// <summary>The only tag that no other field repeats.</summary>
    public static void WriteRunAttempt(OcsfWriter w, ReadOnlySpan<byte> name, in FindingView finding)
    {
        foreach (var (tag, value) in finding.Parts.Tags)
        {
            if (finding.Text(tag).SequenceEqual("github.run_attempt"u8)) w.Raw(name, finding.Json(value));
        }
    }

    /// <summary>What has structure stays JSON, as text: no value of a payload can become a field, or take the place of one.</summary>
    public static void WriteRest(OcsfWriter w, ReadOnlySpan<byte> name, in FindingView finding)
    {
        foreach (var (attribute, value) in finding.Parts.Rest) w.String(finding.Json(attribute), finding.Json(value));
        if (finding.Parts.Resources.Count > 0) WriteResources(w, finding);
    }

    private static void WriteResources(OcsfWriter w, in FindingView finding)
    {
        var length = 1;
        foreach (var resource in finding.Parts.Resources) length += finding.Json(resource).Length + 1;
        var list = ArrayPool<byte>.Shared.Rent(length);
        length = 0;
        foreach (var resource in finding.Parts.Resources)
        {
            list[length] = (byte)(length == 0 ? '[' : ',');
            length++;
            finding.Json(resource).CopyTo(list.AsSpan(length));
            length += finding.Json(resource).Length;
        }

        list[length++] = (byte)']';
        w.String("resources"u8, list.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(list);
    }
}
