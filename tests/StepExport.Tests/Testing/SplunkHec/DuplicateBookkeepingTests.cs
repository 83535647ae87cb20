using Microsoft.Extensions.Time.Testing;
using StepExport.Testing.SplunkHec;

namespace StepExport.Tests.Testing.SplunkHec;

/// <summary>With acknowledgement: which copies a sender can be blamed for.</summary>
public sealed class DuplicateBookkeepingTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new();
    private FakeHecServer _server = null!;
    private HecConversation _hec = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeHecServer.StartAsync(new() { Acknowledgement = true, Time = _time });
        _hec = new(_server);
    }

    public async ValueTask DisposeAsync()
    {
        _hec.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task After_the_acknowledgement_a_copy_is_needless()
    {
        await _hec.SendAsync("a");
        await _hec.IsAcknowledgedAsync(0);

        await _hec.SendAsync("a");

        Blame(duplicates: 1, unavoidable: 0, needless: 1, hasty: 0);
    }

    [Fact]
    public async Task Before_the_patience_is_over_a_copy_is_hasty_and_then_it_is_right()
    {
        _server.Script.Fates.Always(HecFate.AcknowledgedAfter(TimeSpan.FromSeconds(400)));
        await _hec.SendAsync("a");
        _time.Advance(TimeSpan.FromSeconds(299));
        await _hec.SendAsync("a");
        Blame(duplicates: 1, unavoidable: 0, needless: 0, hasty: 1);

        _time.Advance(TimeSpan.FromSeconds(300));
        await _hec.SendAsync("a");
        Blame(duplicates: 2, unavoidable: 1, needless: 0, hasty: 1);
    }

    [Fact]
    public async Task What_is_lost_or_never_acknowledged_may_be_sent_again_at_any_time()
    {
        _server.Script.Fates.Next(HecFate.Lost, HecFate.NeverAcknowledged);
        await _hec.SendAsync("lost");
        await _hec.SendAsync("silent");

        await _hec.SendAsync("lost", "silent");

        Blame(duplicates: 1, unavoidable: 1, needless: 0, hasty: 0);
    }

    [Fact]
    public async Task An_acknowledgement_that_was_answered_into_the_void_excuses_a_copy()
    {
        await _hec.SendAsync("a");
        _server.Script.Acks.Next(HecReply.CutOff with { IndexFirst = true });
        await Assert.ThrowsAsync<HttpRequestException>(() => _hec.IsAcknowledgedAsync(0));

        await _hec.SendAsync("a");

        Blame(duplicates: 1, unavoidable: 1, needless: 0, hasty: 0);
    }

    [Fact]
    public async Task A_poll_that_failed_before_it_was_read_excuses_nothing()
    {
        await _hec.SendAsync("a");
        _server.Script.Acks.Next(HecReply.CutOff);
        await Assert.ThrowsAsync<HttpRequestException>(() => _hec.IsAcknowledgedAsync(0));

        await _hec.SendAsync("a");

        Blame(duplicates: 1, unavoidable: 0, needless: 0, hasty: 1);
    }

    [Fact]
    public async Task Without_the_ack_id_a_sender_has_nothing_to_wait_for()
    {
        _server.Script.Next(HecReply.CutOff with { IndexFirst = true }, HecReply.Ambiguous);
        await Assert.ThrowsAsync<HttpRequestException>(() => _hec.SendAsync("a"));
        await _hec.SendAsync("b");
        await _hec.PostAsync("/services/collector/event", HecConversation.Events("c") + "{}");

        await _hec.SendAsync("a", "b", "c");

        Blame(duplicates: 3, unavoidable: 3, needless: 0, hasty: 0);
    }

    [Fact]
    public async Task A_restart_excuses_a_copy_of_what_was_in_memory()
    {
        _server.Script.Fates.Next(HecFate.IndexedAfterPolls(1));
        await _hec.SendAsync("a");
        _server.RestartIndexer();

        await _hec.SendAsync("a");

        Assert.Equal(1, _server.Index.Lost);
        Blame(duplicates: 0, unavoidable: 0, needless: 0, hasty: 0);
    }

    private void Blame(int duplicates, int unavoidable, int needless, int hasty) => Assert.Equal(
        (duplicates, unavoidable, needless, hasty),
        (_server.Index.Duplicates, _server.Index.UnavoidableDuplicates, _server.Index.NeedlessCopies, _server.Index.HastyCopies));
}
