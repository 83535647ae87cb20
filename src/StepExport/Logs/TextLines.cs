using System.Globalization;
using System.Text;
using Serilog.Events;
using Serilog.Formatting;

namespace StepExport.Logs;

/// <summary>Standard error for people: time, level, message. What comes from outside cannot steer the terminal or make lines of its own.</summary>
internal sealed class TextLines(bool colour) : ITextFormatter
{
    private const string Plain = "\e[0m";

    public void Format(LogEvent logEvent, TextWriter output)
    {
        output.Write(logEvent.Timestamp.ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture));
        var (word, paint) = Look(logEvent.Level);
        output.Write(colour ? $" {paint}{word}{Plain} " : $" {word} ");
        output.WriteLine(Harmless(LogLine.Render(logEvent)));
        if (logEvent.Exception is null) return;
        foreach (var line in logEvent.Exception.ToString().EnumerateLines())
        {
            output.Write("    ");
            output.WriteLine(Harmless(line.ToString()));
        }
    }

    private static (string Word, string Paint) Look(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose or LogEventLevel.Debug => ("debug", "\e[90m"),
        LogEventLevel.Information => ("info ", "\e[36m"),
        LogEventLevel.Warning => ("warn ", "\e[33m"),
        LogEventLevel.Error => ("error", "\e[31m"),
        _ => ("fatal", "\e[97;41m"),
    };

    private static string Harmless(string text)
    {
        var harmless = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var isUnsafe = Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
            harmless.Append(isUnsafe ? rune.Value is '\n' or '\r' or '\t' ? " " : "\uFFFD" : rune.ToString());
        }

        return harmless.ToString();
    }
}
