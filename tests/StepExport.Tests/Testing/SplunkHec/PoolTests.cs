using Microsoft.Extensions.Time.Testing;
using StepExport.Testing.SplunkHec;

namespace StepExport.Tests.Testing.SplunkHec;

/// <summary>Several indexers behind the double's address, by plain requests.</summary>
public sealed class PoolTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new();
    private FakeHecServer _server = null!;
    private HecConversation _hec = null!;

    private HecIndex Index => _server.Index;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeHecServer.StartAsync(new() { Acknowledgement = true, Indexers = 2, Time = _time });
        _hec = new(_server);
    }

    public async ValueTask DisposeAsync()
    {
        _hec.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Without_the_cookie_requests_go_round_and_the_same_ids_come_from_all()
    {
        var answers = new[] { await _hec.SendAsync("a"), await _hec.SendAsync("b"), await _hec.SendAsync("c") };

        Assert.Equal([0, 0, 1], answers.Select(a => a.AckId));
        Assert.Equal(["HECSESSION=i0-0", "HECSESSION=i1-1", "HECSESSION=i0-2"], answers.Select(a => a.SetCookie));
        // Id 1 is with the first indexer only, and this poll goes to the second.
        Assert.Equal([true, false], (await _hec.PollAsync(HecConversation.Channel, 0, 1)).Values);
        Assert.Equal([true, true], (await _hec.PollAsync(HecConversation.Channel, 0, 1)).Values);
    }

    [Fact]
    public async Task The_cookie_pins_to_one_indexer()
    {
        _hec.Cookie = (await _hec.SendAsync("a")).SetCookie;

        for (var id = 1; id < 4; id++)
        {
            var heard = await _hec.SendAsync($"{id}");
            Assert.Equal((id, null), (heard.AckId, heard.SetCookie));
        }

        Assert.Equal([true, true, true, true], (await _hec.PollAsync(HecConversation.Channel, 0, 1, 2, 3)).Values);
    }

    [Fact]
    public async Task Every_answer_brings_the_cookie_even_an_error()
    {
        _server.Script.Next(HecReply.Busy);
        Assert.Equal("HECSESSION=i0-0", (await _hec.SendAsync("a")).SetCookie);
        Assert.Equal("HECSESSION=i1-1", (await _hec.GetAsync("/services/collector/health")).SetCookie);
        _hec.Cookie = "HECSESSION=of-another-time";
        Assert.Equal("HECSESSION=i0-2", (await _hec.SendAsync("a")).SetCookie);
    }

    [Fact]
    public async Task A_session_that_moves_gets_another_cookie_and_its_acks_are_false_for_ever()
    {
        _hec.Cookie = (await _hec.SendAsync("a")).SetCookie;
        await _hec.SendAsync("b");
        _server.Script.Next(HecReply.Moved);

        var heard = await _hec.SendAsync("c");

        Assert.Equal(((200, 0), 0, "HECSESSION=i1-1"), (heard.Verdict, heard.AckId, heard.SetCookie));
        // The trap: id 0 is true, but it is another request's.
        Assert.Equal([true, false], await PollWithAsync(heard.SetCookie));
        Assert.Equal([false, false], await PollWithAsync("HECSESSION=i0-0"));
        Assert.Equal([false, false], await PollWithAsync(null));
        Assert.Equal([false, false], await PollWithAsync(null));
        Assert.Equal(["a", "b", "c"], Index.Events.Select(e => e.Uid));
    }

    [Fact]
    public async Task A_session_can_move_while_it_polls()
    {
        _hec.Cookie = (await _hec.SendAsync("a")).SetCookie;
        _server.Script.Acks.Next(HecReply.Moved);

        var heard = await _hec.PostAsync("/services/collector/ack", """{"acks":[0]}""");

        Assert.Equal(("""{"acks":{"0":false}}""", "HECSESSION=i1-1"), (heard.Text, heard.SetCookie));
    }

    [Fact]
    public async Task All_sessions_can_be_ended_and_what_was_pending_is_indexed_all_the_same()
    {
        _server.Script.Fates.Next(HecFate.IndexedAfterPolls(3), HecFate.Lost);
        _hec.Cookie = (await _hec.SendAsync("a")).SetCookie;
        await _hec.SendAsync("b");

        _server.MoveSessions();

        Assert.Equal((1, 0), (Index.Count("a"), Index.Count("b")));
        var heard = await _hec.SendAsync("c");
        Assert.Equal((0, "HECSESSION=i1-1"), (heard.AckId, heard.SetCookie));
        // Who sends again now cannot do better.
        await _hec.SendAsync("a", "b");
        Assert.Equal((1, 1, 0), (Index.Duplicates, Index.UnavoidableDuplicates, Index.HastyCopies));
    }

    [Fact]
    public async Task A_balancer_without_cookies_pins_nobody()
    {
        await using var server = await FakeHecServer.StartAsync(new() { Acknowledgement = true, Indexers = 3, IsSticky = false });
        using var hec = new HecConversation(server);

        for (var i = 0; i < 6; i++)
        {
            var heard = await hec.SendAsync($"{i}");
            Assert.Equal((i / 3, null), (heard.AckId, heard.SetCookie));
        }
    }

    [Fact]
    public async Task Two_servers_with_one_index_hand_out_the_same_ids()
    {
        await using var other = await FakeHecServer.StartAsync(new() { Acknowledgement = true, Index = Index });
        using var hec = new HecConversation(other);
        other.Script.Fates.Always(HecFate.Lost);

        Assert.Equal((0, 0), ((await _hec.SendAsync("a")).AckId, (await hec.SendAsync("b")).AckId));
        Assert.False(await hec.IsAcknowledgedAsync(0));
        Assert.Equal((2, 1, 1), (Index.Accepted, Index.Distinct, Index.Lost));
    }

    private async Task<IEnumerable<bool>> PollWithAsync(string? cookie)
    {
        _hec.Cookie = cookie;
        return (await _hec.PollAsync(HecConversation.Channel, 0, 1)).Values;
    }
}
