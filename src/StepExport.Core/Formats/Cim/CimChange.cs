using StepExport.Core.Ocsf;

namespace StepExport.Core.Formats.Cim;

/// <summary>The fields of the model Change, for the types that tell of one: a file, or the agent's configuration in a workflow.</summary>
internal static class CimChange
{
    public static FormatField[] Fields { get; } =
    [
        FormatField.Of("change_type", (w, name, in finding) => w.Plain(name, IsFile(finding) ? "filesystem"u8 : "configuration"u8), Part.Change),
        FormatField.Of("command", CimValues.OrUnknown(Part.CommandLine), Part.Change),
        FormatField.Of("object", CimValues.OrUnknown(Part.FileName, Part.Workflow), Part.Change),
        FormatField.Of("object_attrs", (w, name, in finding) => w.Plain(name, IsFile(finding) ? "content"u8 : "configuration"u8), Part.Change),
        FormatField.Of("object_category", (w, name, in finding) => w.Plain(name, IsFile(finding) ? "file"u8 : "configuration"u8), Part.Change),
        FormatField.Of("object_id", CimValues.OrUnknown(Part.FilePath, Part.FindingUid), Part.Change),
        FormatField.Of("object_path", WritePath, Part.Change),
        FormatField.Of("status", (w, name, in finding) => w.Plain(name, finding.Has(Part.Denied) ? "failure"u8 : "success"u8), Part.Change),
        FormatField.Of("result", WriteResult, Part.Change),
    ];

    private static bool IsFile(in FindingView finding) => finding.Text(Part.Family).SequenceEqual("file"u8);

    private static void WritePath(OcsfWriter w, ReadOnlySpan<byte> name, in FindingView finding)
    {
        var path = finding.First(Part.FilePath, Part.Workflow, Part.Workflow);
        if (!path.IsEmpty) w.Raw(name, path);
    }

    private static void WriteResult(OcsfWriter w, ReadOnlySpan<byte> name, in FindingView finding)
    {
        if (finding.Has(Part.Denied)) w.Plain(name, "blocked"u8);
    }
}
