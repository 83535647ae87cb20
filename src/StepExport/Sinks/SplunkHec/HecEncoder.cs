using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using StepExport.Core.Delivery;
using StepExport.Core.Formats;
using StepExport.Core.Model;

namespace StepExport.Sinks.SplunkHec;

/// <summary>Puts records into HEC envelopes, one behind the other. Stateless, thread-safe.</summary>
/// <remarks>
/// <c>{"time":…,"host":…,"source":…,"sourcetype":…,"index":…,"fields":{…},"event":…}</c>. No other top-level key: Splunk answers
/// 200 to an unknown one and does not index that object nor any behind it. The event is spliced in, never parsed.
/// </remarks>
internal sealed class HecEncoder : IHecEncoder
{
    private const int TimeBytes = 24;
    private const int UidBytes = RecordHeader.UidLength * 2;
    private const int SeverityBytes = 16;

    private readonly RecordFormat _format;
    private readonly HecIndexes _indexes;
    private readonly bool _hostIsRepository;

    /// <summary>What depends on the event; empty in most configurations.</summary>
    private readonly (byte[] Opening, RecordTemplate Value)[] _varying;

    /// <summary>What is the same for every event, up to the uid.</summary>
    private readonly byte[] _constants;

    private readonly int _fixedBytes;

    public HecEncoder(HecMetadata metadata, HecIndexes indexes, RecordFormat format)
    {
        _format = format;
        _indexes = indexes;
        _hostIsRepository = metadata.Host is null;
        var (constants, varying) = (new StringBuilder(), new List<(byte[], RecordTemplate)>());
        Add("host", metadata.Host);
        Add("source", metadata.Source);
        Add("sourcetype", metadata.Sourcetype);
        if (!indexes.Varies) Add("index", metadata.Index);
        _constants = Encoding.UTF8.GetBytes(constants.Append(",\"fields\":{\"event_uid\":\"").ToString());
        _varying = [.. varying];
        _fixedBytes = TimeBytes + _constants.Length + UidBytes + SeverityBytes + IndexName.MaxLength
            + _varying.Sum(v => v.Opening.Length + v.Value.MaxLength + 1)
            + """{"time":,"host":"","index":"","detection_type":"","severity":"","repo":""},"event":}""".Length;

        void Add(string key, string? text)
        {
            if (text is null) return;
            // A record's values need no escaping, so the text around them can be escaped once and for all.
            var escaped = JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value;
            var value = HecMetadata.Parse(escaped);
            if (value.IsConstant)
                constants.Append($",\"{key}\":\"{escaped}\"");
            else
                varying.Add((Encoding.UTF8.GetBytes($",\"{key}\":\""), value));
        }
    }

    public bool IsRaw => false;

    public bool TargetVaries => false;

    public string? Target(in ExportRecord record) => null;

    public void Encode(Batch batch, HecBody body)
    {
        foreach (ref readonly var record in batch.Records) Encode(record, body);
    }

    private void Encode(in ExportRecord record, HecBody body)
    {
        var finding = _format.Render(record.Body.Span, body.Scratch);
        var repository = record.Repository;
        var type = record.Type;
        var room = _fixedBytes + (2 * repository.Length + type.Length) * SpanWriter.EscapeFactor + finding.Length;
        var to = new SpanWriter(body.GetSpan(room));

        to.Raw("{\"time\":"u8);
        to.Seconds(record.TimeMs);
        if (_hostIsRepository && !repository.IsEmpty)
        {
            to.Raw(",\"host\":\""u8);
            to.Escaped(repository);
            to.Raw("\""u8);
        }

        foreach (var (opening, value) in _varying)
        {
            to.Raw(opening);
            to.Rendered(value, record);
            to.Raw("\""u8);
        }

        if (_indexes.Varies) Index(record, ref to);
        to.Raw(_constants);
        to.Hex(record.Uid);
        to.Raw("\",\"detection_type\":\""u8);
        to.Escaped(type);
        to.Raw("\",\"severity\":\""u8);
        to.Raw(SeverityNames.Utf8(record.Severity));
        if (!repository.IsEmpty)
        {
            to.Raw("\",\"repo\":\""u8);
            to.Escaped(repository);
        }

        to.Raw("\"},\"event\":"u8);
        to.Raw(finding);
        to.Raw("}"u8);
        body.Advance(to.Written);
    }

    private void Index(in ExportRecord record, ref SpanWriter to)
    {
        Span<byte> name = stackalloc byte[IndexName.MaxLength];
        var length = _indexes.Write(record, name);
        if (length == 0) return;
        to.Raw(",\"index\":\""u8);
        to.Raw(name[..length]);
        to.Raw("\""u8);
    }
}
