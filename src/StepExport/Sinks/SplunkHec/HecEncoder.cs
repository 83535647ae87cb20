using System.Text;
using StepExport.Core.Delivery;
using StepExport.Core.Model;
using StepExport.Core.Ocsf;

namespace StepExport.Sinks.SplunkHec;

/// <summary>Puts records into HEC envelopes, one behind the other. Stateless, thread-safe.</summary>
/// <remarks>
/// <c>{"time":…,"host":…,"source":…,"sourcetype":…,"index":…,"fields":{…},"event":…}</c>. No other top-level key: Splunk answers
/// 200 to an unknown one and does not index that object nor any behind it. The event is spliced in, never parsed.
/// </remarks>
internal sealed class HecEncoder
{
    private const int TimeBytes = 24;
    private const int UidBytes = RecordHeader.UidLength * 2;
    private const int SeverityBytes = 16;

    private readonly RecordFormat _format;
    private readonly bool _hostIsRepository;

    /// <summary>From behind the time, or behind the host when it is the repository, up to the uid.</summary>
    private readonly byte[] _constants;

    private readonly int _fixedBytes;

    public HecEncoder(HecConfig config, RecordFormat format)
    {
        _format = format;
        _hostIsRepository = config.Host is null;
        _constants = Constants(config);
        _fixedBytes = TimeBytes + _constants.Length + UidBytes + SeverityBytes
            + """{"time":,"host":"","detection_type":"","severity":"","repo":""},"event":}""".Length;
    }

    /// <summary>Appends every record of <paramref name="batch"/> to <paramref name="body"/>.</summary>
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

    private static byte[] Constants(HecConfig config)
    {
        var text = new StringBuilder();
        Append(text, "host", config.Host);
        Append(text, "source", config.Source);
        Append(text, "sourcetype", config.Sourcetype);
        Append(text, "index", config.Index);
        return Encoding.UTF8.GetBytes(text.Append(",\"fields\":{\"event_uid\":\"").ToString());
    }

    private static void Append(StringBuilder text, string key, string? value)
    {
        if (value is null) return;
        var escaped = System.Text.Json.JsonEncodedText.Encode(value, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        text.Append($",\"{key}\":\"{escaped}\"");
    }
}
