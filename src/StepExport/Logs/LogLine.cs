using System.Globalization;
using Serilog.Events;
using Serilog.Formatting.Display;
using Serilog.Formatting.Json;

namespace StepExport.Logs;

/// <summary>Writes what the program says as one JSON object: time, level, message, template, event, eventId, category, properties,
/// exception, host, version.</summary>
/// <param name="host">The machine.</param>
/// <param name="version">The program's.</param>
internal sealed class LogLine(string host, string version)
{
    /// <summary>Longer texts are cut: one line must stay one event wherever it goes.</summary>
    public const int MaxText = 16_000;

    private static readonly JsonValueFormatter Values = new(typeTagName: null);

    /// <summary>Strings as they are, without quotes.</summary>
    private static readonly MessageTemplateTextFormatter Message = new("{Message:lj}", CultureInfo.InvariantCulture);

    public void Write(LogEvent logEvent, TextWriter to)
    {
        to.Write("{\"time\":\"");
        to.Write(logEvent.Timestamp.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture));
        to.Write("\",\"level\":\"");
        to.Write(Level(logEvent.Level));
        to.Write('"');
        Text("message", Render(logEvent), to);
        Text("template", logEvent.MessageTemplate.Text, to);
        Identity(logEvent, to);
        if (LogProperties.Category(logEvent) is { } category) Text("category", category, to);
        Properties(logEvent, to);
        if (logEvent.Exception is { } exception) Text("exception", exception.ToString(), to);
        Text("host", host, to);
        Text("version", version, to);
        to.Write('}');
    }

    public static string Render(LogEvent logEvent)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        Message.Format(logEvent, text);
        return text.ToString();
    }

    private static string Level(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose or LogEventLevel.Debug => "debug",
        LogEventLevel.Information => "information",
        LogEventLevel.Warning => "warning",
        LogEventLevel.Error => "error",
        _ => "critical",
    };

    private static void Identity(LogEvent logEvent, TextWriter to)
    {
        if (LogProperties.Identity(logEvent) is not { } identity) return;
        foreach (var part in identity.Properties)
        {
            to.Write(part.Name == "Id" ? ",\"eventId\":" : ",\"event\":");
            Values.Format(part.Value, to);
        }
    }

    private static void Properties(LogEvent logEvent, TextWriter to)
    {
        var separator = ",\"properties\":{";
        foreach (var (name, value) in logEvent.Properties)
        {
            if (LogProperties.IsAboutTheEvent(name)) continue;
            to.Write(separator);
            separator = ",";
            JsonValueFormatter.WriteQuotedJsonString(name, to);
            to.Write(':');
            Value(value, to);
        }

        if (separator.Length == 1) to.Write('}');
    }

    private static void Value(LogEventPropertyValue value, TextWriter to)
    {
        using var json = new StringWriter(CultureInfo.InvariantCulture);
        Values.Format(value, json);
        var text = json.ToString();
        if (text.Length <= MaxText) to.Write(text);
        else JsonValueFormatter.WriteQuotedJsonString(Cut(text), to);
    }

    private static void Text(string key, string text, TextWriter to)
    {
        to.Write($",\"{key}\":");
        JsonValueFormatter.WriteQuotedJsonString(Cut(text), to);
    }

    private static string Cut(string text) => text.Length <= MaxText ? text : string.Concat(text.AsSpan(0, MaxText), "…");
}
