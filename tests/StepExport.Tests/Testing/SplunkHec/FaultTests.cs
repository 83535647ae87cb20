using StepExport.Testing.SplunkHec;

namespace StepExport.Tests.Testing.SplunkHec;

/// <summary>Scripted trouble of the double, by plain requests, and what it does to the count of duplicates.</summary>
public sealed class FaultTests : IAsyncLifetime
{
    private FakeHecServer _server = null!;
    private HecConversation _hec = null!;

    private HecIndex Index => _server.Index;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeHecServer.StartAsync();
        _hec = new(_server);
    }

    public async ValueTask DisposeAsync()
    {
        _hec.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(9, 503)]
    [InlineData(18, 503)]
    [InlineData(19, 503)]
    [InlineData(20, 503)]
    [InlineData(23, 503)]
    [InlineData(26, 429)]
    [InlineData(27, 429)]
    public async Task A_busy_collector_indexes_nothing_and_may_say_when_to_come_back(int code, int status)
    {
        var date = new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);
        _server.Script.Next(HecReply.Of(code), HecReply.Of(code) with { RetryAfter = "7" }, HecReply.Of(code) with { RetryAfter = date.ToString("R", null) });

        var heard = await _hec.SendAsync("a");
        Assert.Equal(((status, code), null), (heard.Verdict, heard.RetryAfter));
        Assert.Equal(TimeSpan.FromSeconds(7), (await _hec.SendAsync("a")).RetryAfter?.Delta);
        Assert.Equal(date, (await _hec.SendAsync("a")).RetryAfter?.Date);
        Assert.Equal(0, Index.Accepted);
        Assert.Equal((200, 0), (await _hec.SendAsync("a")).Verdict);
    }

    [Theory]
    [InlineData(24)]
    [InlineData(25)]
    public async Task A_hint_comes_with_an_acceptance_but_never_instead_of_a_refusal(int code)
    {
        _server.Script.Always(HecReply.Of(code) with { IndexFirst = true });

        Assert.Equal((200, code), (await _hec.SendAsync("a")).Verdict);
        Assert.Equal((400, 12), (await _hec.PostAsync("/services/collector/event", "{}")).Verdict);
        Assert.Equal(1, Index.Count("a"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connection_breaks_after_the_body_and_the_events_may_be_in_the_index(bool isIndexed)
    {
        _server.Script.Next(HecReply.CutOff with { IndexFirst = isIndexed });

        await Assert.ThrowsAsync<HttpRequestException>(() => _hec.SendAsync("a"));
        Assert.Equal(isIndexed ? 1 : 0, Index.Count("a"));

        await _hec.SendAsync("a");
        Assert.Equal((isIndexed ? 1 : 0, isIndexed ? 1 : 0), (Index.Duplicates, Index.UnavoidableDuplicates));
    }

    [Fact]
    public async Task An_error_may_hide_that_the_events_are_indexed()
    {
        _server.Script.Next(HecReply.Ambiguous, HecReply.Of(8), HecReply.Html(504) with { IndexFirst = true });

        for (var i = 0; i < 3; i++) Assert.True((await _hec.SendAsync("a")).Status >= 500);

        await _hec.SendAsync("a");
        Assert.Equal((3, 2, 2), (Index.Accepted, Index.Duplicates, Index.UnavoidableDuplicates));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_answer_comes_until_the_sender_gives_up(bool isIndexed)
    {
        _server.Script.Next(HecReply.Held with { IndexFirst = isIndexed });
        using var givesUp = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var sending = _hec.AskAsync(HttpMethod.Post, "/services/collector/event", "{\"event\":1}"u8.ToArray(), HecConversation.Channel, null, givesUp.Token);

        await _server.WhenReceived(1);
        Assert.False(sending.IsCompleted);
        await givesUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.Equal(isIndexed ? 1 : 0, Index.Accepted);
    }

    [Fact]
    public async Task A_slow_answer_is_an_answer()
    {
        var later = new TaskCompletionSource();
        _server.Script.Next(HecReply.Success with { IndexFirst = true, Until = later.Task });

        var sending = _hec.SendAsync("a");
        await Index.WhenDistinct(1);
        Assert.False(sending.IsCompleted);
        later.SetResult();

        Assert.Equal((200, 0), (await sending).Verdict);
    }

    [Fact]
    public async Task What_was_confirmed_and_comes_again_is_needless()
    {
        await _hec.SendAsync("a", "b");
        await _hec.SendAsync("b", "c");

        Assert.Equal((1, 0, 1, 0), (Index.Duplicates, Index.UnavoidableDuplicates, Index.NeedlessCopies, Index.HastyCopies));
    }

    [Fact]
    public async Task What_a_refusal_named_as_indexed_and_comes_again_is_needless()
    {
        Assert.Equal((400, 12), (await _hec.PostAsync("/services/collector/event", HecConversation.Events("a") + "{}")).Verdict);
        await _hec.SendAsync("a");

        Assert.Equal((1, 0, 1), (Index.Duplicates, Index.UnavoidableDuplicates, Index.NeedlessCopies));
    }

    [Fact]
    public async Task What_stands_before_an_offender_can_be_lost_too()
    {
        _server.Script.PrefixFates.Next(HecFate.Lost);

        Assert.Equal((400, 12), (await _hec.PostAsync("/services/collector/event", HecConversation.Events("a") + "{}")).Verdict);

        Assert.Equal((1, 1), (Index.Accepted, Index.Lost));
    }
}
