using Microsoft.Extensions.Logging.Abstractions;
using StepExport.Sources.Webhook;
using StepExport.Testing.Ingest;

namespace StepExport.Tests.Sources.Webhook;

/// <summary>Full journals, senders that leave, the end of the program.</summary>
public sealed class WebhookPressureTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_journal_is_503_until_there_is_room_and_everything_comes_out_once()
    {
        await using var rig = await WebhookRig.StartAsync(journalSize: 100_000);
        var number = 0;
        var last = Task.FromResult<WebhookRig.Reply>(null!);
        while (!rig.Behind.Journal.IsFull)
        {
            last = rig.PostAsync(IngressRig.Lines(++number, 1));
            await rig.UntilAsync(() => last.IsCompleted || rig.Behind.Journal.IsFull);
        }

        // One waits for the disk; the others are told at once, before their bodies are read
        using var other = await rig.ConnectAsync(rig.Head("Content-Length: 100"));
        Assert.Equal(503, await other.StatusAsync());
        rig.Behind.Time.Advance(TimeSpan.FromSeconds(10));
        var late = await last;
        Assert.Equal((503, 10), (late.Status, late.RetryAfter));

        rig.Behind.Deliver();
        await rig.UntilAsync(() => !rig.Behind.Journal.IsFull);
        Assert.Equal((202, 1), (await rig.PostAsync(IngressRig.Lines(number, 1))).Taken);
        Assert.Equal(Enumerable.Range(1, number), rig.Behind.Durable());
        Assert.Equal(0, rig.Intake.BufferedBytes);
    }

    [Fact]
    public async Task A_sender_that_leaves_in_the_middle_leaves_nothing()
    {
        await using var rig = await WebhookRig.StartAsync(config => config with { MaxConcurrentRequests = 1 });
        using (var connection = await rig.ConnectAsync(rig.Head("Content-Length: 1000") + IngressRig.Lines(1, 2)))
        {
            await rig.UntilAsync(() => rig.Intake.BufferedBytes > 0);
            connection.Reset();
        }

        // Whether Kestrel sees an end or a reset first is up to the network
        await rig.UntilAsync(() => rig.Behind.Metrics.RequestsByCode.Keys.Any(code => code is 400 or 499));
        await rig.UntilAsync(async () => await rig.PostAsync(IngressRig.Detection(3)) is { Status: 202 });
        Assert.Equal([3], rig.Behind.Durable());
        Assert.Equal(0, rig.Intake.BufferedBytes);
    }

    [Fact]
    public async Task A_sender_that_leaves_before_its_answer_has_sent_what_it_sent()
    {
        await using var rig = await WebhookRig.StartAsync();
        using (var connection = await rig.ConnectAsync(rig.Head($"Content-Length: {IngressRig.Detection(1).Length}") + IngressRig.Detection(1)))
        {
            await rig.UntilAsync(() => rig.Behind.Metrics.Durable == 1);
            connection.Reset();
        }

        Assert.Equal([1], rig.Behind.Durable());
    }

    [Fact]
    public async Task Requests_under_way_are_answered_when_the_program_stops()
    {
        await using var rig = await WebhookRig.StartAsync();
        var body = IngressRig.Detection(1);
        using var connection = await rig.ConnectAsync(rig.Head($"Content-Length: {body.Length}") + body[..10]);
        await rig.UntilAsync(() => rig.Intake.BufferedBytes > 0);

        var stopping = rig.StopAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => UntilRefusedAsync(rig));
        Assert.False(stopping.IsCompleted);
        await connection.WriteAsync(body[10..]);

        Assert.Equal(202, await connection.StatusAsync());
        await stopping;
        Assert.Equal([1], rig.Behind.Durable());
    }

    [Fact]
    public async Task A_sender_that_dawdles_does_not_hold_up_the_end()
    {
        await using var rig = await WebhookRig.StartAsync();
        using var connection = await rig.ConnectAsync(rig.Head("Content-Length: 100") + "{");
        await rig.UntilAsync(() => rig.Intake.BufferedBytes > 0);

        var stopping = rig.StopAsync();
        await rig.UntilAsync(() =>
        {
            rig.Behind.Time.Advance(TimeSpan.FromSeconds(1));
            return stopping.IsCompleted;
        });

        await stopping;
        Assert.Equal(0, rig.Intake.BufferedBytes);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_for_a_person_to_see()
    {
        await using var rig = await WebhookRig.StartAsync();
        var listen = $"127.0.0.1:{rig.Address.Port}";

        var error = await Assert.ThrowsAsync<IOException>(() => WebhookRig.StartAsync(config => config with { Listen = listen }));
        var check = await Source(listen).CheckAsync(Stop);

        Assert.StartsWith($"listen {listen} cannot be had: ", error.Message, StringComparison.Ordinal);
        Assert.StartsWith($"listen {listen} cannot be had: ", check.Message, StringComparison.Ordinal);
        Assert.False(check.Ok);
    }

    [Fact]
    public async Task A_check_takes_the_address_and_lets_it_go()
    {
        var source = Source("127.0.0.1:0");
        Assert.Equal((true, "can listen on 127.0.0.1:0"), await source.CheckAsync(Stop) is var check ? (check.Ok, check.Message) : default);
    }

    [Fact]
    public async Task With_once_it_says_that_it_has_no_end_and_ends()
    {
        await using var behind = new IngressRig();
        using var ingress = behind.Ingress();
        await using var source = Source("127.0.0.1:0", once: true);

        await source.RunAsync(ingress, Stop);

        Assert.False(source.Address.IsCompleted);
    }

    private static WebhookSource Source(string listen, bool once = false) => new(
        "hook", WebhookRig.Config with { Listen = listen }, new(new("hook", TimeProvider.System), null, "", once, TimeProvider.System, NullLoggerFactory.Instance));

    /// <summary>New connections are refused as soon as the listener is closed.</summary>
    private static async Task UntilRefusedAsync(WebhookRig rig)
    {
        while (true) await rig.SendAsync(null, request => (request.Headers.Authorization, request.Headers.ConnectionClose) = (null, true));
    }
}
