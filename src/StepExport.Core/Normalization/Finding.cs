using System.Buffers;
using System.Buffers.Text;
using StepExport.Core.Model;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Normalization;

/// <summary>One OCSF finding in the making: the common facts of the detection, and what its mapper adds.</summary>
/// <remarks>Reused from event to event. What the mapper writes is collected per OCSF array and put together at the end.</remarks>
internal sealed partial class Finding
{
    private const int SegmentSize = 4 * 1024;

    private readonly byte[] _path = new byte[128];
    private int _evidence;
    private int _resource;

    public Detection Detection { get; } = new();

    /// <summary>The payload.</summary>
    public DetectionValue Source => Detection.Root;

    public CompiledType Compiled { get; private set; } = null!;

    public Severity Severity { get; set; }

    public Attacks Attacks { get; set; } = Attacks.None;

    /// <summary>Harden-Runner stopped it.</summary>
    public bool Denied { get; set; }

    /// <summary>New, suppressed or resolved.</summary>
    public FindingStatus Status { get; set; }

    /// <summary>What the message says after the type's title, e.g. the host that was called.</summary>
    public DetectionText Detail { get; set; }

    /// <summary>A whole description that stands instead of title and detail.</summary>
    public DetectionText Description { get; set; }

    /// <summary>Some resource carries <c>data_classifications</c>, so that profile has to be listed.</summary>
    public bool ClassifiesData { get; set; }

    /// <summary>First and last moment of the activity, milliseconds since 1970; 0 when unknown.</summary>
    public long StartTimeMs { get; private set; }

    public long EndTimeMs { get; private set; }

    /// <summary>The object of the evidence that is open (see <see cref="BeginEvidence"/>).</summary>
    public OcsfWriter Evidence { get; } = new(new ArrayBufferWriter<byte>(SegmentSize));

    /// <summary>The object of the resource that is open (see <see cref="BeginResource"/>).</summary>
    public OcsfWriter Resource { get; } = new(new ArrayBufferWriter<byte>(SegmentSize));

    /// <summary>Members of the event itself that only this type has.</summary>
    public OcsfWriter Extra { get; } = new(new ArrayBufferWriter<byte>(SegmentSize));

    private OcsfWriter Observables { get; } = new(new ArrayBufferWriter<byte>(SegmentSize));

    /// <summary>Opens the next evidence. It must get something that OCSF counts as evidence: process, file, data, endpoint …</summary>
    /// <param name="name">What kind of evidence it is, for people.</param>
    public OcsfWriter BeginEvidence(ReadOnlySpan<byte> name)
    {
        Evidence.Object();
        Evidence.String("name"u8, name);
        return Evidence;
    }

    public void EndEvidence()
    {
        Evidence.EndObject();
        _evidence++;
    }

    /// <summary>Opens a further element of <c>resources</c>.</summary>
    public OcsfWriter BeginResource()
    {
        Resource.Object();
        return Resource;
    }

    public void EndResource()
    {
        Resource.EndObject();
        _resource++;
    }

    /// <summary>Adds an observable that repeats a value of the open or last begun evidence.</summary>
    /// <param name="path">Attribute below the evidence, e.g. <c>process.name</c>.</param>
    /// <param name="type">One of <see cref="ObservableType"/>.</param>
    /// <param name="value">The value there; nothing is added when empty.</param>
    public void Observe(ReadOnlySpan<byte> path, ReadOnlySpan<byte> type, ReadOnlySpan<byte> value) =>
        Observe("evidences["u8, _evidence, path, type, value);

    public void Observe(ReadOnlySpan<byte> path, ReadOnlySpan<byte> type, long value)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, digits, out var length);
        Observe(path, type, digits[..length]);
    }

    /// <summary>Adds the uid of a resource inside the open evidence as an observable.</summary>
    public void ObserveEvidenceResource(int index, ReadOnlySpan<byte> uid)
    {
        Span<byte> path = stackalloc byte[32];
        "resources["u8.CopyTo(path);
        Utf8Formatter.TryFormat(index, path["resources[".Length..], out var digits);
        "].uid"u8.CopyTo(path[("resources[".Length + digits)..]);
        Observe(path[..("resources[].uid".Length + digits)], ObservableType.ResourceUid, uid);
    }

    /// <summary>Widens the time span of the activity.</summary>
    public void Seen(long timeMs)
    {
        StartTimeMs = StartTimeMs == 0 ? timeMs : Math.Min(StartTimeMs, timeMs);
        EndTimeMs = Math.Max(EndTimeMs, timeMs);
    }

    private void Observe(
        ReadOnlySpan<byte> array, int index, ReadOnlySpan<byte> path, ReadOnlySpan<byte> type, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty) return;
        array.CopyTo(_path);
        Utf8Formatter.TryFormat(index, _path.AsSpan(array.Length), out var digits);
        var length = array.Length + digits;
        _path[length++] = (byte)']';
        _path[length++] = (byte)'.';
        path.CopyTo(_path.AsSpan(length));
        Observables.Object();
        Observables.Plain("name"u8, _path.AsSpan(0, length + path.Length));
        Observables.Raw(type);
        Observables.String("value"u8, value);
        Observables.EndObject();
    }

    /// <summary>Forgets the last event and takes up the common facts of the detection that was loaded.</summary>
    /// <param name="compiled">The mapper's constant parts.</param>
    /// <param name="receivedAtMs">Stands in for the event time.</param>
    public void Begin(CompiledType compiled, long receivedAtMs)
    {
        Compiled = compiled;
        Severity = compiled.Mapper.Facts.Severity;
        Attacks = compiled.Mapper.Facts.Attacks;
        Denied = compiled.Mapper.Facts.Blocked;
        Detail = default;
        Description = default;
        ClassifiesData = false;
        (StartTimeMs, EndTimeMs) = (0, 0);
        (_evidence, _resource) = (0, 0);
        foreach (var (segment, isArray) in Segments)
        {
            segment.Clear();
            if (isArray) segment.Array();
            else segment.Object();
        }

        ReadCommonFacts(receivedAtMs);
        WriteContextResources();
    }

    private (OcsfWriter Segment, bool IsArray)[] Segments => _segments ??=
        [(Evidence, true), (Resource, true), (Observables, true), (Extra, false)];

    private (OcsfWriter, bool)[]? _segments;
}
