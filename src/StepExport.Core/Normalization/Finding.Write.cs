using StepExport.Core.Model;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Normalization;

/// <content>Puts the event together: the common attributes in a fixed order, then what the mapper wrote.</content>
internal sealed partial class Finding
{
    /// <summary>Writes the OCSF event.</summary>
    /// <param name="w">Receives one JSON object.</param>
    /// <param name="uid">The detection's identity, 32 bytes.</param>
    /// <param name="includeRaw">Adds the detection's own text as <c>raw_data</c>.</param>
    /// <param name="redacted">The text was scrubbed, so raw data is written anew from the parsed values.</param>
    public void Write(OcsfWriter w, ReadOnlySpan<byte> uid, bool includeRaw, bool redacted)
    {
        if (Compiled.ConfiguredSeverity is { } configured) Severity = configured;
        var description = Describe();
        WriteEnclosing(w, description);
        WriteMetadata(w, uid);
        WriteFindingInfo(w, description);
        if (_evidence > 0) WriteSegment(w, "evidences"u8, Evidence);
        if (_resource > 0) WriteSegment(w, "resources"u8, Resource);
        WriteObservables(w);
        Extra.EndObject();
        w.Raw(Extra.Flush()[1..^1]);
        w.Raw(Compiled.Remediation);
        w.Flag("is_alert"u8, Severity >= Severity.Medium && Status == FindingStatus.New);
        if (!JobId.IsEmpty) WriteDevice(w);
        if (Detection.FindRest()) Rest.WriteUnmapped(w, Detection);
        if (includeRaw) Rest.WriteRawData(w, Detection, redacted);
        w.EndObject();
    }

    private void WriteEnclosing(OcsfWriter w, DetectionText description)
    {
        w.Object();
        w.Raw(Captions.Activity(Status));
        w.Number("time"u8, TimeMs);
        if (StartTimeMs > 0)
        {
            w.Number("start_time"u8, StartTimeMs);
            w.Number("end_time"u8, EndTimeMs);
        }

        w.Raw(Captions.OfSeverity(Severity));
        w.Raw(Captions.OfConfidence(Compiled.Mapper.Facts.Confidence));
        w.Raw(Captions.Status(Status));
        w.String("message"u8, Repository.IsEmpty
            ? description
            : Detection.Begin().Append(description).Append(" in "u8).Append(Repository).End());
        w.Raw(Captions.Action(Denied));
        w.Raw(Compiled.Policy);
        if (Attacks.Json.Length > 0) w.Raw("attacks"u8, Attacks.Json);
    }

    private void WriteMetadata(OcsfWriter w, ReadOnlySpan<byte> uid)
    {
        Span<byte> hex = stackalloc byte[RecordHeader.UidLength * 2];
        Convert.TryToHexStringLower(uid, hex, out _);
        w.Object("metadata"u8);
        w.Raw(ClassifiesData
            ? """
              "version":"1.8.0","profiles":["security_control","data_classification"]
              """u8
            : """
              "version":"1.8.0","profiles":["security_control"]
              """u8);
        w.Plain("uid"u8, hex);
        w.String("event_code"u8, Type);
        if (!Repository.IsEmpty && !RunId.IsEmpty)
        {
            w.String("correlation_uid"u8,
                Detection.Begin().Append("github/"u8).Append(Repository).Append("/runs/"u8).Append(RunId).End());
        }

        w.String("original_event_uid"u8, OriginalUid);
        w.String("original_time"u8, OriginalTime);
        w.String("tenant_uid"u8, Owner);
        w.Raw(Compiled.Provenance);
        w.EndObject();
    }

    private void WriteFindingInfo(OcsfWriter w, DetectionText description)
    {
        ReadOnlySpan<byte> title = Name.IsEmpty ? Compiled.Title : Name;
        w.Object("finding_info"u8);
        w.String("uid"u8, Uid.IsEmpty ? ComposeUid() : Uid);
        w.String("uid_alt"u8, Key);
        w.String("title"u8, title);
        w.String("desc"u8, description);
        w.Number("created_time"u8, TimeMs);
        if (StartTimeMs > 0)
        {
            w.Number("first_seen_time"u8, StartTimeMs);
            w.Number("last_seen_time"u8, EndTimeMs);
        }

        w.String("src_url"u8, SourceUrl);
        w.Object("analytic"u8);
        w.String("uid"u8, Type);
        w.String("name"u8, title);
        w.Raw(Compiled.Analytic);
        w.EndObject();
        w.Raw(Compiled.FindingTypes);
        if (Attacks.Json.Length > 0) w.Raw("attacks"u8, Attacks.Json);
        if (!Repository.IsEmpty || !RunId.IsEmpty || !Owner.IsEmpty) WriteTags(w);
        w.EndObject();
    }

    /// <summary>Unique across runs, and the same when only the state of the finding changes.</summary>
    private DetectionText ComposeUid()
    {
        Detection.Begin();
        foreach (var part in (ReadOnlySpan<DetectionText>)[Repository, RunId, JobId])
        {
            if (part.IsEmpty) Detection.Append((byte)'-');
            else Detection.Append(part);
            Detection.Append((byte)'/');
        }

        return Detection.Append(!Key.IsEmpty ? Key : !OriginalUid.IsEmpty ? OriginalUid : Type).End();
    }

    private DetectionText Describe()
    {
        if (!Description.IsEmpty) return Description;
        Detection.Begin().Append(Compiled.Title);
        if (!Detail.IsEmpty) Detection.Append(": "u8).Append(Detail);
        return Detection.End();
    }

    private static void WriteSegment(OcsfWriter w, ReadOnlySpan<byte> name, OcsfWriter segment)
    {
        segment.EndArray();
        w.Raw(name, segment.Flush());
    }
}
