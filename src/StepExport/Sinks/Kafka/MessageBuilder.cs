using System.Buffers;
using System.Text;
using Confluent.Kafka;
using StepExport.Core.Formats;
using StepExport.Core.Model;
using StepExport.Core.Ocsf;

namespace StepExport.Sinks.Kafka;

/// <summary>Turns a record into a message: key, headers, value. One thread.</summary>
/// <remarks>
/// The client copies what it is given before <c>Produce</c> returns. So there is one message object, keys and headers are made
/// once per distinct value, and the value and the one header that differs with every record lie in buffers that are written over.
/// </remarks>
internal sealed class MessageBuilder(KafkaSinkConfig config, RecordFormat format)
{
    private const int Remembered = 10_000;

    /// <summary>A longer type is cut: consumers filter by this header, and it must not make the message too large.</summary>
    private const int LongestType = 100;

    private readonly string _key = config.Key;
    private readonly byte[] _uid = new byte[RecordHeader.UidLength * 2];
    private readonly ByteCache<byte[]> _keys = new(Remembered);
    private readonly ByteCache<CachedHeaders>[] _headers = [.. Enumerable.Range(0, byte.MaxValue + 1).Select(_ => new ByteCache<CachedHeaders>(Remembered / 10))];
    private readonly ArrayBufferWriter<byte> _scratch = new();
    private readonly ValueBuffers _values = new();

    /// <summary>The message of the record that <see cref="Build"/> was called for last.</summary>
    public Message<byte[]?, byte[]> Message { get; } = new();

    /// <summary>Writes the record over the last one.</summary>
    /// <returns>Bytes of key, value and headers, as Kafka counts them.</returns>
    public int Build(in ExportRecord record)
    {
        var body = format.Render(record.Body.Span, _scratch);
        var value = _values.Get(body.Length);
        body.CopyTo(value);
        Convert.TryToHexStringLower(record.Uid, _uid, out _);
        var headers = HeadersOf(record);
        Message.Key = KeyOf(record);
        Message.Value = value;
        Message.Headers = headers.Headers;
        return headers.Size + (Message.Key?.Length ?? 0) + value.Length;
    }

    private byte[]? KeyOf(in ExportRecord record) => _key switch
    {
        KafkaKey.Repository => Remember(record.Repository),
        KafkaKey.Owner => Remember(Owner(record.Repository)),
        KafkaKey.Uid => _uid,
        _ => null,
    };

    private static ReadOnlySpan<byte> Owner(ReadOnlySpan<byte> repository) =>
        repository.IndexOf((byte)'/') is var slash and >= 0 ? repository[..slash] : repository;

    private byte[] Remember(ReadOnlySpan<byte> key) => _keys.TryGet(key, out var known) ? known : _keys.Add(key, key.ToArray());

    private CachedHeaders HeadersOf(in ExportRecord record)
    {
        var type = record.Type;
        if (type.Length > LongestType) type = type[..LongestType];
        // What StepExport says itself is rare; what calls itself like it must not share its headers.
        var ocsfClass = OcsfClasses.Of(record.Body.Span);
        if (ocsfClass != OcsfClass.DetectionFinding) return new(_uid, type.ToArray(), record.Severity, format.Format, ocsfClass);
        var cache = _headers[(byte)record.Severity];
        return cache.TryGet(type, out var known) ? known : cache.Add(type, new(_uid, type.ToArray(), record.Severity, format.Format, ocsfClass));
    }

    private sealed class CachedHeaders
    {
        public CachedHeaders(byte[] uid, byte[] type, Severity severity, OutputFormat format, OcsfClass ocsfClass)
        {
            Add("event-uid", uid);
            if (format == OutputFormat.Ocsf) Add("ocsf-class", Encoding.ASCII.GetBytes(ocsfClass.ToString("D")));
            else Add("format", Encoding.ASCII.GetBytes(format.ToText()));
            Add("detection-type", type);
            Add("severity", SeverityNames.Utf8(severity).ToArray());
            Add("content-type", "application/json"u8.ToArray());
        }

        public Headers Headers { get; } = [];

        /// <summary>With the lengths in front of name and value.</summary>
        public int Size { get; private set; }

        private void Add(string name, byte[] value)
        {
            Headers.Add(name, value);
            Size += name.Length + value.Length + 4;
        }
    }
}
