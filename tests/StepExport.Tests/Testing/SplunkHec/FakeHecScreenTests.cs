using StepExport.FakeHec;
using StepExport.Sinks.Console;
using StepExport.Testing.SplunkHec;

namespace StepExport.Tests.Testing.SplunkHec;

/// <summary>What <c>make hec</c> shows.</summary>
public sealed class FakeHecScreenTests
{
    private const string Finding =
        """{"time":1753203994,"event":{"a":1},"fields":{"event_uid":"b46e82a1c0d3ffff","severity":"high","detection_type":"Reverse-Shell","repo":"acme/shop"}}""";

    [Fact]
    public async Task Every_request_and_every_event_is_a_line_and_the_totals_add_up()
    {
        var output = new StringWriter { NewLine = "\n" };
        var index = new HecIndex();
        var screen = new Screen(output, Terminal.None, index, TimeProvider.System);
        await using var server = await FakeHecServer.StartAsync(new() { Index = index, Acknowledgement = true, Watch = screen.Show });
        using var hec = new HecConversation(server);

        screen.Greet(server, faults: null);
        await hec.PostAsync("/services/collector/event", Finding);
        await hec.PollAsync(HecConversation.Channel, 0, 1);
        await hec.PostAsync("/services/collector/event", Finding + "{}");
        screen.Total(null);

        var text = output.ToString();
        Assert.Contains($"    endpoints: ['{server.Address}']\n    token: '{server.Token}'\n    acknowledgement: required\n", text, StringComparison.Ordinal);
        var lines = text.Split('\n');
        Assert.Contains(lines, l => l.EndsWith("  event   200/0  ack 0, 1 event", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.StartsWith("  2025-07-22 17:06:34  high      Reverse-Shell ", StringComparison.Ordinal) && l.EndsWith("  b46e82a1c0d3", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.EndsWith("  ack     200  1 of 2 acknowledged: 0", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.EndsWith("  event   400/12  Event field is required, at event 1, 1 event accepted all the same", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.EndsWith("  b46e82a1c0d3  again", StringComparison.Ordinal));
        Assert.Contains("3 requests, 2 events accepted: 1 distinct indexed, 1 duplicate\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', text);
    }
}
