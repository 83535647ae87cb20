using System.Buffers;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Formats;

/// <summary>Writes a finding as one JSON object of a format's fields.</summary>
internal static class FindingEvent
{
    /// <summary>Sinks render on any thread of the pool, each event on one: a pair per thread saves making one per event.</summary>
    [ThreadStatic]
    private static (OcsfWriter Writer, FindingParts Parts)? _working;

    /// <summary>Writes the object into <paramref name="scratch"/>, from where it stands.</summary>
    /// <param name="body">The OCSF event.</param>
    /// <param name="fields">Of a detection.</param>
    /// <param name="ofChecks">Of what StepExport says of checks. The class decides, which no detection can choose.</param>
    /// <param name="scratch">Receives the object.</param>
    public static ReadOnlySpan<byte> Write(ReadOnlySpan<byte> body, FormatField[] fields, FormatField[] ofChecks, ArrayBufferWriter<byte> scratch)
    {
        var (w, parts) = _working ??= (new OcsfWriter(scratch), new FindingParts());
        FindingReader.Read(body, parts);
        var finding = new FindingView(body, parts);
        w.MoveTo(scratch);
        w.Object();
        foreach (var field in OcsfClasses.Of(body) != OcsfClass.DetectionFinding ? ofChecks : fields) field.Write(w, finding);
        w.EndObject();
        return w.Flush();
    }
}
