using StepExport.Core.Model;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Normalization.Evidence;

/// <summary>The OCSF file object.</summary>
internal static class FileEvidence
{
    public static ReadOnlySpan<byte> Regular => """
        "type_id":1,"type":"Regular File"
        """u8;

    public static ReadOnlySpan<byte> Executable => """
        "type_id":8,"type":"Executable File"
        """u8;

    /// <summary>What follows the last slash; empty when nothing does.</summary>
    public static DetectionText NameOf(DetectionText path) => path.Slice(path.Span.LastIndexOf((byte)'/') + 1);

    /// <summary>Writes member <c>file</c> of the object that is open. OCSF wants a name, so a path that ends in a slash is all name.</summary>
    /// <param name="w">Stands in an object.</param>
    /// <param name="name">Overrides the last part of the path, unless it is empty.</param>
    /// <param name="path">A path or a bare name.</param>
    /// <param name="type"><see cref="Regular"/> or <see cref="Executable"/>.</param>
    /// <param name="isPath">The path is known to be one, even without a slash.</param>
    /// <param name="sha256">Hash of the content, 64 hexadecimal digits, or empty.</param>
    public static DetectionText Write(
        OcsfWriter w, DetectionText name, DetectionText path, ReadOnlySpan<byte> type, bool isPath = false, DetectionText sha256 = default)
    {
        if (name.IsEmpty) name = NameOf(path);
        if (name.IsEmpty) name = path;
        w.Object("file"u8);
        w.String("name"u8, name);
        if (isPath || path.Span.Contains((byte)'/')) w.String("path"u8, path);
        w.Raw(type);
        if (!sha256.IsEmpty)
        {
            w.Array("hashes"u8);
            w.Object();
            w.Raw("""
                "algorithm_id":3,"algorithm":"SHA-256"
                """u8);
            w.String("value"u8, sha256);
            w.EndObject();
            w.EndArray();
        }

        w.EndObject();
        return name;
    }

    /// <summary>Takes <c>file</c> and <c>path</c> of the payload; the name is empty when there is neither.</summary>
    public static (DetectionText Name, DetectionText Path) TakeNames(Finding finding)
    {
        var name = finding.Source.TakeText("file"u8);
        var path = finding.Source.TakeText("path"u8);
        if (name.IsEmpty) name = NameOf(path);
        return (name.IsEmpty ? path : name, path);
    }

    /// <summary>Writes <c>file</c> with a name of its own into the open evidence, with its observables.</summary>
    public static void Write(Finding finding, DetectionText name, DetectionText path)
    {
        Write(finding.Evidence, name, path, Regular, isPath: true);
        finding.Observe("file.name"u8, ObservableType.FileName, name);
        finding.Observe("file.path"u8, ObservableType.FilePath, path);
    }

    /// <summary>Writes <c>file</c> into the open evidence, with its observables.</summary>
    public static void Write(Finding finding, DetectionText path, ReadOnlySpan<byte> type, DetectionText sha256 = default)
    {
        var name = Write(finding.Evidence, default, path, type, sha256: sha256);
        finding.Observe("file.name"u8, ObservableType.FileName, name);
        if (path.Span.Contains((byte)'/')) finding.Observe("file.path"u8, ObservableType.FilePath, path);
        if (!sha256.IsEmpty) finding.Observe("file.hashes[0].value"u8, ObservableType.Hash, sha256);
    }
}
