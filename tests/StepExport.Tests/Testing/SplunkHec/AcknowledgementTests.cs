using Microsoft.Extensions.Time.Testing;
using StepExport.Testing.SplunkHec;

namespace StepExport.Tests.Testing.SplunkHec;

/// <summary>The double's indexer acknowledgement, by plain requests.</summary>
public sealed class AcknowledgementTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new();
    private FakeHecServer _server = null!;
    private HecConversation _hec = null!;

    private HecIndex Index => _server.Index;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeHecServer.StartAsync(new() { Acknowledgement = true, Time = _time, MaxPendingAcks = 3 });
        _hec = new(_server);
    }

    public async ValueTask DisposeAsync()
    {
        _hec.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Ids_count_from_0_on_each_channel()
    {
        Assert.Equal(0, (await _hec.SendAsync("a")).AckId);
        Assert.Equal(1, (await _hec.SendAsync("b")).AckId);
        Assert.Equal(0, (await _hec.PostAsync("/services/collector", HecConversation.Events("c"), HecConversation.OtherChannel)).AckId);
    }

    [Fact]
    public async Task True_is_answered_once_and_then_forgotten()
    {
        await _hec.SendAsync("a");

        Assert.True(await _hec.IsAcknowledgedAsync(0));
        Assert.False(await _hec.IsAcknowledgedAsync(0));
    }

    [Fact]
    public async Task Unknown_ids_and_other_channels_are_false()
    {
        await _hec.SendAsync("a");

        Assert.Equal(new Dictionary<long, bool> { [0] = true, [7] = false }, await _hec.PollAsync(HecConversation.Channel, 0, 7, 7));
        await _hec.SendAsync("b");
        Assert.False((await _hec.PollAsync(HecConversation.OtherChannel, 1))[1]);
        Assert.True((await _hec.PollAsync(HecConversation.Channel.ToUpperInvariant(), 1))[1]);
    }

    [Theory]
    [InlineData("/services/collector/ack", HecConversation.Channel, 200, null)]
    [InlineData("/services/collector/ack", null, 400, 10)]
    [InlineData("/services/collector/ack?channel=none", null, 400, 11)]
    public async Task The_channel_of_a_poll_is_in_the_query_or_the_header(string path, string? channel, int status, int? code)
    {
        Assert.Equal((status, code), (await _hec.PostAsync(path, """{"acks":[0]}""", channel)).Verdict);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[0]")]
    [InlineData("""{"acks":0}""")]
    [InlineData("""{"acks":["0"]}""")]
    public async Task A_poll_that_is_none_is_refused(string body)
    {
        Assert.Equal((400, 6), (await _hec.PostAsync("/services/collector/ack", body)).Verdict);
    }

    [Fact]
    public async Task A_token_without_acknowledgement_gets_no_ids_and_code_14()
    {
        _server.Acknowledgement = false;

        Assert.Null((await _hec.SendAsync("a")).AckId);
        Assert.Equal((400, 14), (await _hec.PostAsync("/services/collector/ack", """{"acks":[0]}""")).Verdict);
    }

    [Fact]
    public async Task Indexing_can_wait_for_polls()
    {
        _server.Script.Fates.Next(HecFate.IndexedAfterPolls(2));
        await _hec.SendAsync("a");

        Assert.False(await _hec.IsAcknowledgedAsync(0));
        Assert.False(await _hec.IsAcknowledgedAsync(0));
        Assert.Equal((1, 1, 0), (Index.Accepted, Index.Undecided, Index.Count("a")));
        Assert.True(await _hec.IsAcknowledgedAsync(0));
        Assert.Equal((0, 1), (Index.Undecided, Index.Count("a")));
    }

    [Fact]
    public async Task Indexing_can_take_time_and_happens_although_nobody_asks()
    {
        _server.Script.Fates.Next(HecFate.IndexedAfter(TimeSpan.FromSeconds(5)));
        await _hec.SendAsync("a");

        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.False(await _hec.IsAcknowledgedAsync(0));
        Assert.Equal(0, Index.Count("a"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, Index.Count("a"));
        Assert.True(await _hec.IsAcknowledgedAsync(0));
    }

    [Fact]
    public async Task An_acknowledgement_can_be_later_than_the_indexing()
    {
        _server.Script.Fates.Next(HecFate.AcknowledgedAfterPolls(1), HecFate.AcknowledgedAfter(TimeSpan.FromSeconds(5)), HecFate.NeverAcknowledged);
        await _hec.SendAsync("a");
        await _hec.SendAsync("b");
        await _hec.SendAsync("c");

        Assert.Equal(["a", "b", "c"], Index.Events.Select(e => e.Uid));
        Assert.Equal([false, false, false], (await _hec.PollAsync(HecConversation.Channel, 0, 1, 2)).Values);
        Assert.Equal([true, false, false], (await _hec.PollAsync(HecConversation.Channel, 0, 1, 2)).Values);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal([false, true, false], (await _hec.PollAsync(HecConversation.Channel, 0, 1, 2)).Values);
        _time.Advance(TimeSpan.FromDays(1));
        Assert.False(await _hec.IsAcknowledgedAsync(2));
    }

    [Fact]
    public async Task What_an_indexer_loses_was_accepted_and_is_never_indexed()
    {
        _server.Script.Fates.Next(HecFate.Lost);
        Assert.Equal((200, 0), (await _hec.SendAsync("a", "b")).Verdict);
        await _hec.SendAsync("c");

        for (var i = 0; i < 20; i++) Assert.False(await _hec.IsAcknowledgedAsync(0));
        Assert.Equal((3, 2, 1), (Index.Accepted, Index.Lost, Index.Distinct));
        Assert.Equal(["a", "b"], Index.AcceptedOnly);
        Assert.Equal(["a", "d"], Index.Missing(["a", "c", "d"]));
    }

    [Fact]
    public async Task A_restarted_indexer_has_lost_what_it_held_and_counts_from_0_again()
    {
        _server.Script.Fates.Next(HecFate.IndexedAfterPolls(1), HecFate.IndexedAfter(TimeSpan.FromSeconds(1)));
        await _hec.SendAsync("a");
        await _hec.SendAsync("b");

        _server.RestartIndexer();

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([false, false], (await _hec.PollAsync(HecConversation.Channel, 0, 1)).Values);
        Assert.Equal((2, 0), (Index.Lost, Index.Distinct));
        Assert.Equal(0, (await _hec.SendAsync("c")).AckId);
    }

    [Fact]
    public async Task More_unacknowledged_requests_than_the_channel_takes_get_27_until_some_are_drained()
    {
        for (var i = 0; i < 3; i++) await _hec.SendAsync($"{i}");

        Assert.Equal((429, 27), (await _hec.SendAsync("3")).Verdict);
        Assert.Equal(0, Index.Count("3"));
        Assert.Equal(0, (await _hec.PostAsync("/services/collector/event", HecConversation.Events("other"), HecConversation.OtherChannel)).AckId);
        await _hec.PollAsync(HecConversation.Channel, 0, 1, 2);
        Assert.Equal(3, (await _hec.SendAsync("3")).AckId);
    }

    [Fact]
    public async Task An_answer_to_a_poll_can_be_lost_and_the_acknowledgement_with_it()
    {
        await _hec.SendAsync("a");
        _server.Script.Acks.Next(HecReply.Busy, HecReply.Of(8) with { IndexFirst = true });

        Assert.Equal((503, 9), (await _hec.PostAsync("/services/collector/ack", """{"acks":[0]}""")).Verdict);
        Assert.Equal((500, 8), (await _hec.PostAsync("/services/collector/ack", """{"acks":[0]}""")).Verdict);
        Assert.False(await _hec.IsAcknowledgedAsync(0));
    }

    [Fact]
    public async Task A_scripted_acceptance_carries_the_ack_id()
    {
        await _hec.SendAsync("a");
        _server.Script.Next(HecReply.NearlyFull, HecReply.Of(25) with { IndexFirst = true });

        Assert.Equal(((200, 24), 1), (await _hec.SendAsync("b") is var b ? (b.Verdict, b.AckId) : default));
        Assert.Equal(((200, 25), 2), (await _hec.SendAsync("c") is var c ? (c.Verdict, c.AckId) : default));
    }
}
