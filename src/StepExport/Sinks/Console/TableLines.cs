using System.Buffers;
using System.Globalization;
using System.Text;
using StepExport.Core.Delivery;
using StepExport.Core.Model;

namespace StepExport.Sinks.Console;

/// <summary>One line per finding, under one heading: time, severity, type, repository, finding. On a terminal no line is wider
/// than the window: columns shrink, then fall away from the least telling one on.</summary>
internal sealed class TableLines(Terminal terminal) : ILineFormat
{
    private const string Reset = "\e[0m";
    private readonly StringBuilder _line = new();
    private bool _headed;

    public void Write(Batch batch, IBufferWriter<byte> output)
    {
        var layout = TableLayout.For(terminal.IsTerminal ? terminal.Width() : null);
        if (!_headed) WriteLine(layout, "TIME (UTC)", "SEVERITY", null, "TYPE", "REPOSITORY", "FINDING", output);
        _headed = true;
        foreach (ref readonly var record in batch.Records)
        {
            WriteLine(
                layout,
                Time(record.TimeMs),
                record.Severity == Severity.Informational ? "info" : Encoding.UTF8.GetString(SeverityNames.Utf8(record.Severity)),
                terminal.Colour ? ColourOf(record.Severity) : null,
                Encoding.UTF8.GetString(record.Type),
                Encoding.UTF8.GetString(record.Repository),
                FindingText.Of(record.Body.Span),
                output);
        }
    }

    private static string Time(long milliseconds) =>
        milliseconds >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds() && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)
            : "?";

    private static string? ColourOf(Severity severity) => severity switch
    {
        Severity.Fatal or Severity.Critical => "\e[1;31m",
        Severity.High => "\e[31m",
        Severity.Medium => "\e[33m",
        Severity.Low => "\e[36m",
        _ => null,
    };

    private void WriteLine(
        TableLayout layout, string time, string severity, string? colour, string type, string repository, string finding, IBufferWriter<byte> output)
    {
        _line.Clear();
        Column(time, layout.Time);
        _line.Append(colour);
        Column(severity, layout.Severity);
        if (colour is not null) _line.Append(Reset);
        Column(type, layout.Type);
        Column(repository, layout.Repository);
        CellText.Append(_line, finding, layout.Finding, pad: false);
        foreach (var chunk in _line.GetChunks()) Encoding.UTF8.GetBytes(chunk.Span, output);
        output.Write("\n"u8);
    }

    private void Column(string text, int cells)
    {
        if (cells == 0) return;
        CellText.Append(_line, text, cells, pad: true);
        _line.Append(' ', TableLayout.Gap);
    }
}
