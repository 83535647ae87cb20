using StepExport.Admin;
using StepExport.Cli;
using StepExport.Sinks.Console;
using StepExport.Tests.Admin;

namespace StepExport.Tests.Cli;

/// <summary>The page that a person looks at.</summary>
public sealed class StatusTextTests
{
    private static readonly Uri Address = new("http://127.0.0.1:8970");
    private readonly SampleStatus _sample = new();

    [Fact]
    public void Off_a_terminal_it_is_plain_and_whole_with_rates_of_two_looks()
    {
        _sample.Sink.Health.Unhealthy("HTTP 401: \e[31mtoken refused, a reason that is longer than any window would be wide, and yet is told to its end");
        var before = StatusReport.Of(_sample.Status);
        _sample.Time.Advance(TimeSpan.FromSeconds(2));
        _sample.Sink.AddDelivered(5000);
        _sample.Source.AddReceived(3);

        var text = StatusText.Of(before, StatusReport.Of(_sample.Status), Address, Terminal.None);

        Assert.DoesNotContain('\e', text);
        Assert.Contains("stepexport 1.2.3 at 127.0.0.1:8970, up 1m 32s, NOT READY", text, StringComparison.Ordinal);
        Assert.Contains("at the start: cut 17 bytes of a torn frame", text, StringComparison.Ordinal);
        Assert.Contains("dedupe        17 detections known, back to 1h 0m ago", text, StringComparison.Ordinal);
        Assert.Contains("dead letters  3 of 4, 900 B of 1 MB: sink splunk 2, source in 1", text, StringComparison.Ordinal);
        Assert.Equal(["in", "48", "1.5", "42", "2", "3", "ok"], Cells(text, "in"));
        Assert.Equal(["splunk", "5,030", "2,500", "9", "1m", "32s", "1", "5", "2"], Cells(text, "splunk")[..9]);
        Assert.EndsWith("told to its end", text.Split('\n').Single(l => l.StartsWith("splunk", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_removed_sink_is_shown_as_long_as_it_has_missed_something()
    {
        var at = _sample.Time.GetUtcNow();
        _sample.Removed = [new("lake", at, at.AddHours(1), 1200), new("old", at, null, 7), new("done", at, null, 0)];

        var report = StatusReport.Of(_sample.Status);
        var text = StatusText.Of(report, report, Address, Terminal.None);

        Assert.Contains("lake was removed: 1,200 records were not delivered to it, held until 2026-01-02 04:05:35 UTC\n", text, StringComparison.Ordinal);
        Assert.Contains("old was removed: 7 records that were not delivered to it have been let go\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("done", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(100)]
    [InlineData(80)]
    [InlineData(60)]
    [InlineData(40)]
    public void On_a_terminal_no_line_is_wider_than_the_window_and_the_name_and_health_stay(int width)
    {
        _sample.Sink.Health.Unhealthy("no route to the destination, and a long story about it that goes on and on");
        var report = StatusReport.Of(_sample.Status);
        var text = StatusText.Of(report, report, Address, new Terminal(true, false, () => width));
        Assert.All(text.Split('\n'), line => Assert.InRange(CellText.Columns(line), 0, width));
        Assert.Contains(text.Split('\n'), line => line.StartsWith("splunk", StringComparison.Ordinal) && line.Contains(": no", StringComparison.Ordinal));
        Assert.Contains("splunk: no route to the destination, and a long story about it that goes on and on", string.Join(' ', text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        if (width >= 80) Assert.Contains("RATE/S", text, StringComparison.Ordinal);
        if (width <= 40) Assert.DoesNotContain("RATE/S", text, StringComparison.Ordinal);
    }

    [Fact]
    public void After_a_restart_between_the_looks_there_is_no_rate()
    {
        var before = StatusReport.Of(_sample.Status);
        var text = StatusText.Of(before with { Started = before.Started.AddDays(-1), UptimeSeconds = 90000 }, before, Address, Terminal.None);
        Assert.Equal("-", Cells(text, "in")[2]);
    }

    [Fact]
    public void Colour_tells_well_from_ill_when_it_is_welcome()
    {
        _sample.Sink.Health.Unhealthy("no route");
        var report = StatusReport.Of(_sample.Status);
        var text = StatusText.Of(report, report, Address, new Terminal(true, true, () => 120));
        Assert.Contains("\e[32mok\e[0m", text, StringComparison.Ordinal);
        Assert.Contains("\e[31msince 0s: no route\e[0m", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a\e[31mb", "a\\u{1b}[31mb")]
    [InlineData("a\u202Eb\u0085c", "a\\u{202e}b\\u{85}c")]
    [InlineData("a\nb\tc", "a\\u{a}b\\u{9}c")]
    public void What_could_steer_a_terminal_is_spelled_out(string text, string expected) => Assert.Equal(expected, TerminalText.Escape(text));

    [Fact]
    public void Lines_stay_lines_when_asked() => Assert.Equal("a\nb\\u{d}", TerminalText.Escape("a\nb\r", keepLines: true));

    private static string[] Cells(string text, string name) =>
        text.Split('\n').First(line => line.StartsWith(name + " ", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
