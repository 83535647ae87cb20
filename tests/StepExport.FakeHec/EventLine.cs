using System.Globalization;
using System.Text;
using System.Text.Json;
using StepExport.Sinks.Console;
using StepExport.Testing.SplunkHec;

namespace StepExport.FakeHec;

/// <summary>One event on one line: time, severity, type, repository, beginning of the uid. On a terminal no line is wider than the window.</summary>
internal sealed class EventLine(Terminal terminal)
{
    private const int UidLength = 12;
    private const string Yellow = "\e[33m";
    private const string Reset = "\e[0m";

    /// <param name="text">Appended to, without a line end.</param>
    /// <param name="hecEvent">Whatever was accepted; what it does not say is shown as a dash.</param>
    /// <param name="isCopy">It came before.</param>
    public void Append(StringBuilder text, HecEvent hecEvent, bool isCopy)
    {
        var envelope = hecEvent.Envelope;
        var severity = (Text(envelope, "fields", "severity") ?? Text(envelope, "event", "severity") ?? "-").ToLowerInvariant();
        var room = terminal.IsTerminal ? terminal.Width() : int.MaxValue;
        var isWide = room >= 124;
        Column(text, Time(envelope), 19, ref room, before: 2);
        Column(text, severity == "informational" ? "info" : severity, 8, ref room, colour: ColourOf(severity));
        Column(text, Type(envelope), isWide ? 34 : 28, ref room);
        Column(text, Text(envelope, "fields", "repo") ?? Text(envelope, "host") ?? "-", isWide ? 36 : 24, ref room);
        var uid = hecEvent.Uid.Length == 0 ? "-" : hecEvent.Uid[..Math.Min(UidLength, hecEvent.Uid.Length)];
        Column(text, uid, UidLength, ref room);
        if (isCopy) Column(text, "again", 5, ref room, colour: Yellow);
    }

    private static string Time(JsonElement envelope)
    {
        if (!envelope.TryGetProperty("time", out var time) || time.ValueKind != JsonValueKind.Number || !time.TryGetDouble(out var seconds)) return "-";
        return seconds is > -62_135_596_800 and < 253_402_300_800
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)
            : "?";
    }

    private static string Type(JsonElement envelope) => Text(envelope, "fields", "detection_type")
        ?? Text(envelope, "event", "finding_info", "title")
        ?? Text(envelope, "event")
        ?? "-";

    private static string? ColourOf(string severity) => severity switch
    {
        "fatal" or "critical" => "\e[1;31m",
        "high" => "\e[31m",
        "medium" => Yellow,
        "low" => "\e[36m",
        _ => null,
    };

    private static string? Text(JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var key in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(key, out element)) return null;
        }

        return element.ValueKind == JsonValueKind.String ? element.GetString() : null;
    }

    private void Column(StringBuilder text, string value, int cells, ref int room, int before = 2, string? colour = null)
    {
        if (room <= before) return;
        room -= before;
        text.Append(' ', before);
        if (terminal.Colour) text.Append(colour);
        CellText.Append(text, value, Math.Min(cells, room), pad: cells <= room);
        if (terminal.Colour && colour is not null) text.Append(Reset);
        room -= Math.Min(cells, room);
    }
}
