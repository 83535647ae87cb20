using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Serilog.Core;
using Serilog.Events;
using StepExport.Configuration;

namespace StepExport.Logs;

/// <summary>Puts lines into HEC envelopes and into the queue. Thread-safe; costs the caller the writing of one line and no more.</summary>
/// <param name="config">Index, host, source, sourcetype.</param>
/// <param name="line">Writes the event itself.</param>
/// <param name="queue">Gets it.</param>
/// <param name="host">Unless the configuration names one.</param>
internal sealed class HecLogSink(SplunkLogConfig config, LogLine line, LogQueue queue, string host) : ILogEventSink
{
    private readonly string _metadata = Metadata(config, host);

    public void Emit(LogEvent logEvent) => queue.Add(Encode(logEvent));

    /// <summary><c>{"time":…,"host":…,"source":…,"sourcetype":…,"index":…,"event":{…}}</c>.</summary>
    public byte[] Encode(LogEvent logEvent)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        var milliseconds = logEvent.Timestamp.ToUnixTimeMilliseconds();
        text.Write($"{{\"time\":{milliseconds / 1000}.{milliseconds % 1000:000}{_metadata},\"event\":");
        line.Write(logEvent, text);
        text.Write('}');
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string Metadata(SplunkLogConfig config, string host)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("host", config.Host ?? host);
            json.WriteString("source", config.Source);
            json.WriteString("sourcetype", config.Sourcetype);
            if (config.Index is not null) json.WriteString("index", config.Index);
            json.WriteEndObject();
        }

        return "," + Encoding.UTF8.GetString(bytes.WrittenSpan[1..^1]);
    }
}
