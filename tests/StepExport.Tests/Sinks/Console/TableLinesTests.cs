using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using StepExport.Core.Model;
using StepExport.Sinks.Console;
using StepExport.Testing.Delivery;

namespace StepExport.Tests.Sinks.Console;

public sealed class TableLinesTests
{
    [Theory]
    [InlineData(120)]
    [InlineData(100)]
    [InlineData(80)]
    [InlineData(60)]
    [InlineData(40)]
    [InlineData(20)]
    [InlineData(3)]
    [InlineData(1)]
    public void No_line_is_wider_than_the_window(int width)
    {
        var record = new SomeRecord(1) { Repository = new string('r', 300), Title = new string('t', 300), Type = new string('y', 100) };
        Assert.All(Lines(record, width), line => Assert.InRange(line.Length, 1, width));
    }

    [Theory]
    [InlineData(100, true, true)]
    [InlineData(72, false, true)]
    [InlineData(50, false, false)]
    public void Narrow_windows_keep_severity_and_finding_before_time_and_repository(int width, bool time, bool repository)
    {
        var line = Lines(new SomeRecord(1) { Severity = Severity.High }, width)[1];
        Assert.Equal((time, repository), (line.Contains("2025-07-22", StringComparison.Ordinal), line.Contains("acme/shop", StringComparison.Ordinal)));
        Assert.Contains("high", line, StringComparison.Ordinal);
        Assert.Contains("Domain Blocked", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Wide_characters_count_twice_and_marks_not_at_all()
    {
        var line = new StringBuilder();
        CellText.Append(line, "日本語", 4, pad: true);
        Assert.Equal("日… ", line.ToString());
        line.Clear();
        CellText.Append(line, "e\u0301e\u0301", 3, pad: true);
        Assert.Equal("e\u0301e\u0301 ", line.ToString());
    }

    [Theory]
    [InlineData("\e[31mred")]
    [InlineData("a\nforged line")]
    [InlineData("a\rb")]
    [InlineData("\u009b2J")]
    [InlineData("\u202Etxt.exe")]
    [InlineData("\u2028")]
    [InlineData("\0\a\b\u007f")]
    public void Nothing_from_an_event_can_steer_the_terminal(string title)
    {
        var text = string.Join('\n', Lines(new SomeRecord(1) { Title = title, Type = title, Repository = title }, 200));
        Assert.Equal(2, text.Split('\n').Length);
        Assert.DoesNotContain(text.Replace("\n", "", StringComparison.Ordinal), c => char.IsControl(c) || c is '\u202E' or '\u2028');
        Assert.Contains('\uFFFD', text);
    }

    [Fact]
    public void Whatever_the_title_no_line_breaks_and_none_is_too_wide()
    {
        Prop.ForAll<string, PositiveInt>((title, width) =>
        {
            var lines = Lines(new SomeRecord(1) { Title = title ?? "" }, width.Get);
            return lines.Length == 2 && lines.All(line => line.EnumerateRunes().All(r => !Rune.IsControl(r)));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Only_a_terminal_that_wants_colour_gets_it()
    {
        var record = new SomeRecord(1) { Severity = Severity.Critical };
        Assert.Contains("\e[1;31mcritical  \e[0mDomain-Blocked", Write(record, new Terminal(true, true, () => 100)), StringComparison.Ordinal);
        Assert.DoesNotContain("\e", Write(record, new Terminal(true, false, () => 100)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"message":"m","finding_info":{"uid":"u","title":"t"}}""", "t")]
    [InlineData("""{"finding_info":{"related":{"title":"no"},"title":"t"},"message":"m"}""", "t")]
    [InlineData("""{"a":{"message":"no"},"message":"m"}""", "m")]
    [InlineData("""{"finding_info":{"title":""},"message":"m"}""", "m")]
    [InlineData("""{"finding_info":7,"message":["no"]}""", "")]
    [InlineData("""{}""", "")]
    [InlineData("[1", "")]
    public void The_finding_is_the_title_or_else_the_message(string body, string text) =>
        Assert.Equal(text, FindingText.Of(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void Ndjson_on_a_terminal_escapes_what_terminals_obey_and_stays_the_same_json()
    {
        const string title = "a\u009b2J\u007f日";
        var output = new ArrayBufferWriter<byte>();
        var record = new SomeRecord(1) { Repository = "r" };
        var body = record.Body.Replace("number 1", title, StringComparison.Ordinal);
        var raw = new Core.Delivery.Batch(new[] { WithBody(record, body) });
        new NdjsonLines(Core.Formats.RecordFormat.Default, new(true, false, () => 80)).Write(raw, output);

        var line = Encoding.UTF8.GetString(output.WrittenSpan);
        Assert.DoesNotContain(line.TrimEnd('\n'), char.IsControl);
        Assert.Equal(title, System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("message").GetString());
    }

    private static ExportRecord WithBody(SomeRecord record, string body)
    {
        var original = record.Encode(1);
        var header = original.Encoded[..^original.Body.Length].ToArray();
        return new(1, 1, (byte[])[.. header, .. Encoding.UTF8.GetBytes(body)]);
    }

    private static string[] Lines(SomeRecord record, int width) =>
        Write(record, new Terminal(true, false, () => width)).TrimEnd('\n').Split('\n');

    private static string Write(SomeRecord record, Terminal terminal)
    {
        var output = new ArrayBufferWriter<byte>();
        new TableLines(terminal).Write(SomeBatch.Of([record]), output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
