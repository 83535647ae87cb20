using StepExport.Core.Ocsf;

namespace StepExport.Core.Formats.Ecs;

/// <summary><c>threat</c>: tactics and techniques, each name beside its id at the same place of its list.</summary>
internal static class EcsThreat
{
    public static void Write(OcsfWriter w, ReadOnlySpan<byte> name, in FindingView finding)
    {
        var techniques = finding.Parts.Techniques;
        if (techniques.Count == 0) return;
        w.Object(name);
        w.Plain("framework"u8, "MITRE ATT&CK"u8);
        w.Object("tactic"u8);
        WriteList(w, "id"u8, finding, static t => t.TacticId);
        WriteList(w, "name"u8, finding, static t => t.TacticName);
        w.EndObject();
        w.Object("technique"u8);
        WriteList(w, "id"u8, finding, static t => t.Id);
        WriteList(w, "name"u8, finding, static t => t.Name);
        if (techniques.Exists(static t => t.SubId.End.Value > 0))
        {
            w.Object("subtechnique"u8);
            WriteList(w, "id"u8, finding, static t => t.SubId);
            WriteList(w, "name"u8, finding, static t => t.SubName);
            w.EndObject();
        }

        w.EndObject();
        w.EndObject();
    }

    private static void WriteList(OcsfWriter w, ReadOnlySpan<byte> name, in FindingView finding, Func<FindingParts.Technique, Range> which)
    {
        w.Array(name);
        foreach (var technique in finding.Parts.Techniques)
        {
            var range = which(technique);
            if (range.End.Value > 0) w.Raw(finding.Json(range));
        }

        w.EndArray();
    }
}
