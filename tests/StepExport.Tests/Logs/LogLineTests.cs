#pragma warning disable CA1848, CA1873, CA2254 // The tests are about messages that are put together at run time.
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using StepExport.Configuration;
using StepExport.Logs;

namespace StepExport.Tests.Logs;

public sealed class LogLineTests : IDisposable
{
    private readonly Said _said = new();

    public void Dispose() => _said.Dispose();

    [Fact]
    public void A_line_has_everything_under_plain_names()
    {
        _said.Log.LogWarning(new EventId(42, "Refused"), new IOException("no route"), "{Sink}: {Reason} ({Count})", "splunk", "said \"no\"", 3);

        using var json = JsonDocument.Parse(_said.Json("node-7", "1.2.3"));
        var line = json.RootElement;
        Assert.Equal(
            ["time", "level", "message", "template", "eventId", "event", "category", "properties", "exception", "host", "version"],
            line.EnumerateObject().Select(p => p.Name));
        Assert.Equal(_said.Events[0].Timestamp.UtcDateTime, line.GetProperty("time").GetDateTime().ToUniversalTime(), TimeSpan.FromMicroseconds(1));
        Assert.Equal("warning", line.GetProperty("level").GetString());
        Assert.Equal("splunk: said \"no\" (3)", line.GetProperty("message").GetString());
        Assert.Equal("{Sink}: {Reason} ({Count})", line.GetProperty("template").GetString());
        Assert.Equal((42, "Refused"), (line.GetProperty("eventId").GetInt32(), line.GetProperty("event").GetString()));
        Assert.Equal("StepExport.Some", line.GetProperty("category").GetString());
        Assert.Equal("""{"Sink":"splunk","Reason":"said \"no\"","Count":3}""", line.GetProperty("properties").GetRawText());
        Assert.StartsWith("System.IO.IOException: no route", line.GetProperty("exception").GetString(), StringComparison.Ordinal);
        Assert.Equal(("node-7", "1.2.3"), (line.GetProperty("host").GetString(), line.GetProperty("version").GetString()));
    }

    [Fact]
    public void A_message_without_values_has_no_properties()
    {
        _said.Log.LogInformation("ready");
        using var json = JsonDocument.Parse(_said.Json());
        Assert.False(json.RootElement.TryGetProperty("properties", out _));
    }

    [Theory]
    [InlineData("token {Token}")]
    [InlineData("token {@Token}")]
    [InlineData("token {$Token}")]
    public void A_secret_is_never_written(string template)
    {
        _said.Log.LogError(template, new Secret("hunter2"));
        Assert.DoesNotContain("hunter2", _said.Json(), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void Texts_without_an_end_are_cut_and_the_line_stays_json()
    {
        _said.Log.LogError(new IOException(new string('e', 100_000)), "{A}{B}", new string('"', 100_000), Enumerable.Repeat("x", 100_000));
        var line = _said.Json();
        using var json = JsonDocument.Parse(line);
        Assert.InRange(line.Length, LogLine.MaxText, 10 * LogLine.MaxText);
        Assert.Equal(LogLine.MaxText + 1, json.RootElement.GetProperty("exception").GetString()!.Length);
    }

    [Fact]
    public void On_a_terminal_it_is_time_level_and_message_without_quotes()
    {
        _said.Log.LogWarning("{Sink}: {Reason}", "splunk", "refused");
        Assert.Matches(@"^\d\d:\d\d:\d\d warn  splunk: refused\n$", Text());
        Assert.Contains("\e[33mwarn \e[0m splunk", Text(colour: true), StringComparison.Ordinal);
    }

    [Fact]
    public void What_comes_from_outside_can_neither_steer_a_terminal_nor_make_a_line()
    {
        _said.Log.LogWarning(new IOException("a\r\nb\e[2J"), "{Reason}", "x\e[31m\n12:00:00 info  all is well\u202E\u2028y");
        var lines = Text().TrimEnd('\n').Split('\n');
        Assert.Matches(@"^\d\d:\d\d:\d\d warn  x\uFFFD\[31m 12:00:00 info  all is well\uFFFD\uFFFDy$", lines[0]);
        Assert.All(lines[1..], line => Assert.StartsWith("    ", line, StringComparison.Ordinal));
        Assert.DoesNotContain('\e', Text());
    }

    private string Text(bool colour = false)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        new TextLines(colour).Format(_said.Events[^1], text);
        return text.ToString();
    }
}
