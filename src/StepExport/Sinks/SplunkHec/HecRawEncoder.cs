using System.Text;
using StepExport.Core.Delivery;
using StepExport.Core.Formats;
using StepExport.Core.Model;

namespace StepExport.Sinks.SplunkHec;

/// <summary>Writes one finding per line for the raw endpoint, whose metadata stands in the address and holds for the whole
/// request. Stateless, thread-safe.</summary>
internal sealed class HecRawEncoder : IHecEncoder
{
    private const string Path = "/services/collector/raw";

    private readonly RecordFormat _format;
    private readonly HecIndexes _indexes;
    private readonly (string Opening, RecordTemplate Value)[] _varying;
    private readonly string _constants;

    public HecRawEncoder(HecMetadata metadata, HecIndexes indexes, RecordFormat format)
    {
        (_format, _indexes) = (format, indexes);
        var (constants, varying) = (new StringBuilder(Path), new List<(string, RecordTemplate)>());
        var separator = '?';
        Add("host", metadata.Host);
        Add("source", metadata.Source);
        Add("sourcetype", metadata.Sourcetype);
        if (!indexes.Varies) Add("index", metadata.Index);
        (_constants, _varying) = (constants.ToString(), [.. varying]);

        void Add(string key, string? text)
        {
            if (text is null) return;
            // A record's values need no escaping, so the text around them can be escaped once and for all.
            var escaped = Uri.EscapeDataString(text).Replace("%7B", "{", StringComparison.Ordinal).Replace("%7D", "}", StringComparison.Ordinal);
            var value = HecMetadata.Parse(escaped);
            if (value.IsConstant)
                (_, separator) = (constants.Append($"{separator}{key}={escaped}"), '&');
            else
                varying.Add(($"{key}=", value));
        }
    }

    public bool IsRaw => true;

    public bool TargetVaries => _varying.Length > 0 || _indexes.Varies;

    public string? Target(in ExportRecord record)
    {
        if (!TargetVaries) return _constants;
        var target = new StringBuilder(_constants);
        foreach (var (opening, value) in _varying)
        {
            var bytes = new byte[value.MaxLength];
            Append(target, opening).Append(Encoding.UTF8.GetString(bytes.AsSpan(0, value.Render(record, bytes))));
        }

        if (!_indexes.Varies) return target.ToString();
        Span<byte> name = stackalloc byte[IndexName.MaxLength];
        var length = _indexes.Write(record, name);
        if (length > 0) Append(target, "index=").Append(Encoding.ASCII.GetString(name[..length]));
        return target.ToString();
    }

    public void Encode(Batch batch, HecBody body)
    {
        foreach (ref readonly var record in batch.Records)
        {
            var finding = _format.Render(record.Body.Span, body.Scratch);
            var line = body.GetSpan(finding.Length + 1);
            finding.CopyTo(line);
            line[finding.Length] = (byte)'\n';
            body.Advance(finding.Length + 1);
        }
    }

    private static StringBuilder Append(StringBuilder target, string opening) =>
        target.Append(target.Length == Path.Length ? '?' : '&').Append(opening);
}
