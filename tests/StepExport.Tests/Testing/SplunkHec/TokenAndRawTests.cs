using StepExport.Testing.SplunkHec;

namespace StepExport.Tests.Testing.SplunkHec;

/// <summary>Several tokens and the raw endpoint of the double, by plain requests.</summary>
public sealed class TokenAndRawTests : IAsyncLifetime
{
    private const string Raw = "/services/collector/raw";

    private FakeHecServer _server = null!;
    private HecConversation _hec = null!;

    private HecIndex Index => _server.Index;

    public async ValueTask InitializeAsync()
    {
        HecGrant[] more = [new("strict") { Acknowledgement = true, Indexes = ["security"] }, new("old") { IsDisabled = true }];
        _server = await FakeHecServer.StartAsync(new() { MoreTokens = more, Indexes = ["main"], NeedsChannel = false });
        _hec = new(_server);
    }

    public async ValueTask DisposeAsync()
    {
        _hec.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Every_token_has_its_own_indexes_and_acknowledgement()
    {
        const string main = """{"event":"m","index":"main"}""";
        const string security = """{"event":"s","index":"security"}""";

        var heard = await _hec.PostAsync("/services/collector/event", main + security);
        Assert.Equal(((400, 7), 2, null), (heard.Verdict, heard.InvalidEvent, heard.AckId));

        _hec.Authorization = "Splunk strict";
        heard = await _hec.PostAsync("/services/collector/event", main);
        Assert.Equal(((400, 7), 1, null), (heard.Verdict, heard.InvalidEvent, heard.AckId));
        heard = await _hec.PostAsync("/services/collector/event", security + """{"event":"default"}""");
        Assert.Equal(((200, 0), 0), (heard.Verdict, heard.AckId));
        Assert.True(await _hec.IsAcknowledgedAsync(0));

        Assert.Equal([(_server.Token, "main"), ("strict", "security"), ("strict", null)], Index.Events.Select(e => (e.Token, e.Index)));
        _hec.Authorization = "Splunk old";
        Assert.Equal((403, 1), (await _hec.SendAsync("a")).Verdict);
    }

    [Fact]
    public async Task A_channel_is_needed_for_acknowledgement_and_raw_alone()
    {
        Assert.Equal((200, 0), (await _hec.PostAsync("/services/collector/event", HecConversation.Events("a"), channel: null)).Verdict);
        Assert.Equal((400, 10), (await _hec.PostAsync(Raw, "a", channel: null)).Verdict);
        Assert.Equal((200, 0), (await _hec.PostAsync($"{Raw}?channel={HecConversation.Channel}", "a", channel: null)).Verdict);
        _hec.Authorization = "Splunk strict";
        Assert.Equal((400, 10), (await _hec.PostAsync("/services/collector/event", HecConversation.Events("a"), channel: null)).Verdict);
    }

    [Fact]
    public async Task A_raw_body_is_lines_with_their_metadata_in_the_query()
    {
        var query = $"{Raw}?index=main&host=acme%2Fshop&source=stepsecurity&sourcetype=ocsf";

        Assert.Equal((200, 0), (await _hec.PostAsync(query, "{\"metadata\":{\"uid\":\"a\"}}\r\n\nplain words\n")).Verdict);

        Assert.Equal(["a", ""], Index.Events.Select(e => e.Uid));
        Assert.Equal("""{"host":"acme/shop","source":"stepsecurity","sourcetype":"ocsf","index":"main","event":"plain words"}""", Index.Events[1].Envelope.GetRawText());
    }

    [Fact]
    public async Task A_raw_body_is_taken_as_a_whole_or_not_at_all()
    {
        _server.Script.Refuse(e => e.Uid == "b", 6);

        var heard = await _hec.PostAsync(Raw, "{\"metadata\":{\"uid\":\"a\"}}\n{\"metadata\":{\"uid\":\"b\"}}");
        Assert.Equal(((400, 6), null), (heard.Verdict, heard.InvalidEvent));
        Assert.Equal((400, 7), (await _hec.PostAsync($"{Raw}?index=security", "a")).Verdict);
        Assert.Equal((400, 5), (await _hec.PostAsync(Raw, " \n ")).Verdict);
        Assert.Equal(0, Index.Accepted);

        _hec.Authorization = "Splunk strict";
        Assert.Equal(0, (await _hec.PostAsync(Raw, "words")).AckId);
        Assert.True(await _hec.IsAcknowledgedAsync(0));
    }

    [Fact]
    public async Task A_raw_body_can_be_one_event()
    {
        await using var server = await FakeHecServer.StartAsync(new() { BreaksRawLines = false });
        using var hec = new HecConversation(server);

        await hec.PostAsync(Raw, "one\ntwo");

        Assert.Equal("one\ntwo", Assert.Single(server.Index.Events).Event.GetString());
    }
}
