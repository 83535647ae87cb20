using System.Net.Http.Headers;
using System.Text;
using StepExport.Testing.Ingest;

namespace StepExport.Tests.Sources.Webhook;

/// <summary>What is refused before or while it is read; nothing of it is taken.</summary>
public sealed class WebhookRefusalTests
{
    [Fact]
    public async Task Another_path_is_404_and_another_method_405()
    {
        await using var rig = await WebhookRig.StartAsync();

        var elsewhere = await rig.SendAsync(WebhookRig.Json("{}"), request => request.RequestUri = new(rig.Address, "/v1/detections/x"));
        var get = await rig.SendAsync(null, request => request.Method = HttpMethod.Get);

        Assert.Equal(404, elsewhere.Status);
        Assert.Equal((405, "POST, PUT"), (get.Status, string.Join(", ", get.ContentHeaders.Allow)));
    }

    [Theory]
    [InlineData("text/plain", null)]
    [InlineData("application/xml", null)]
    [InlineData("application/x-www-form-urlencoded", null)]
    [InlineData("application/json; charset=utf-16", null)]
    [InlineData("application/json", "br")]
    [InlineData("application/json", "gzip, gzip")]
    public async Task Another_type_or_encoding_is_415_and_the_right_ones_are_named(string type, string? encoding)
    {
        await using var rig = await WebhookRig.StartAsync();
        var content = WebhookRig.Json(IngressRig.Detection(1));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        if (encoding is not null) content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);

        var reply = await rig.SendAsync(content);

        Assert.Equal(415, reply.Status);
        Assert.Equal(encoding is null, reply.Headers.Contains("Accept"));
        Assert.Equal(encoding is not null, reply.Headers.Contains("Accept-Encoding"));
        Assert.Empty(rig.Behind.Durable());
    }

    [Fact]
    public async Task A_body_that_says_that_it_is_too_large_is_refused_before_it_is_read()
    {
        await using var rig = await WebhookRig.StartAsync();
        using var connection = await rig.ConnectAsync(rig.Head("Content-Length: 16000001"));

        Assert.Equal(413, await connection.StatusAsync());
    }

    [Fact]
    public async Task A_body_is_refused_as_soon_as_it_has_grown_too_large()
    {
        await using var rig = await WebhookRig.StartAsync(config => config with { MaxBodySize = new(100_000) });
        using var connection = await rig.ConnectAsync(rig.Head("Transfer-Encoding: chunked"));
        await connection.WriteAsync($"186A0\r\n{new string(' ', 100_000)}\r\n");
        await connection.WriteAsync("1\r\n \r\n");

        Assert.Equal(413, await connection.StatusAsync());
        Assert.Equal(0, rig.Intake.BufferedBytes);
    }

    [Fact]
    public async Task A_body_of_exactly_the_largest_size_is_taken()
    {
        await using var rig = await WebhookRig.StartAsync(config => config with { MaxBodySize = new(100_000) });
        var body = IngressRig.Detection(1).PadRight(100_000);

        Assert.Equal((202, 1), (await rig.PostAsync(body)).Taken);
        Assert.Equal((202, 1), (await rig.SendAsync(WebhookRig.Gzip(WebhookRig.Pack(Encoding.UTF8.GetBytes(body))))).Taken);
        Assert.Equal(413, (await rig.PostAsync(body + " ")).Status);
        Assert.Equal(413, (await rig.SendAsync(WebhookRig.Gzip(WebhookRig.Pack(Encoding.UTF8.GetBytes(body + " "))))).Status);
    }

    [Fact]
    public async Task A_bomb_of_gzip_is_let_go_at_the_limit()
    {
        await using var rig = await WebhookRig.StartAsync(config => config with { MaxBodySize = new(1_000_000) });

        var reply = await rig.SendAsync(WebhookRig.Gzip(WebhookRig.Pack(new byte[100_000_000])));

        Assert.Equal(413, reply.Status);
        Assert.Equal(0, rig.Intake.BufferedBytes);
        Assert.Equal((202, 1), (await rig.PostAsync(IngressRig.Detection(1))).Taken);
    }

    [Fact]
    public async Task Damaged_and_cut_off_gzip_is_400_and_nothing_of_it_is_taken()
    {
        await using var rig = await WebhookRig.StartAsync();
        var packed = WebhookRig.Pack(Encoding.UTF8.GetBytes(IngressRig.Lines(1, 100)));
        var flipped = packed.ToArray();
        flipped[^6] ^= 1;

        Assert.Equal(400, (await rig.SendAsync(WebhookRig.Gzip("no gzip"u8.ToArray()))).Status);
        Assert.Equal(400, (await rig.SendAsync(WebhookRig.Gzip(flipped))).Status);
        foreach (var cut in (int[])[1, 8, 9, packed.Length / 2, packed.Length - 12])
            Assert.Equal((cut, 400), (cut, (await rig.SendAsync(WebhookRig.Gzip(packed[..^cut]))).Status));

        Assert.Empty(rig.Behind.Durable());
        Assert.Equal(0, rig.Behind.DeadLetters.Count);
    }

    [Fact]
    public async Task More_requests_than_allowed_are_429_until_the_time_that_is_said()
    {
        await using var rig = await WebhookRig.StartAsync(config => config with { RequestsPerSecond = 1, Burst = 2 });
        Assert.Equal(202, (await rig.PostAsync(IngressRig.Detection(1))).Status);
        Assert.Equal(202, (await rig.PostAsync(IngressRig.Detection(2))).Status);

        var refused = await rig.PostAsync(IngressRig.Detection(3));

        Assert.Equal((429, 1), (refused.Status, refused.RetryAfter));
        rig.Behind.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(202, (await rig.PostAsync(IngressRig.Detection(4))).Status);
        Assert.Equal([1, 2, 4], rig.Behind.Durable());
    }

    [Fact]
    public async Task Strangers_do_not_use_up_what_senders_are_allowed()
    {
        await using var rig = await WebhookRig.StartAsync(config => config with { RequestsPerSecond = 1, Burst = 1 });
        for (var i = 0; i < 5; i++)
            Assert.Equal(401, (await rig.SendAsync(WebhookRig.Json("{}"), request => request.Headers.Authorization = new("Bearer", "x"))).Status);

        Assert.Equal(202, (await rig.PostAsync(IngressRig.Detection(1))).Status);
        Assert.Equal(429, (await rig.PostAsync(IngressRig.Detection(2))).Status);
    }

    [Fact]
    public async Task A_body_that_does_not_come_is_408_and_gives_its_turn_and_memory_back()
    {
        await using var rig = await WebhookRig.StartAsync(config => config with { MaxConcurrentRequests = 1 });
        using var connection = await rig.ConnectAsync(rig.Head("Content-Length: 100") + "{");
        await rig.UntilAsync(() => rig.Intake.BufferedBytes > 0);

        Assert.Equal((503, 1), await rig.PostAsync("{}") is var busy ? (busy.Status, busy.RetryAfter) : default);
        rig.Behind.Time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(408, await connection.StatusAsync());
        await rig.UntilAsync(() => rig.Intake.BufferedBytes == 0);
        await EventuallyTakenAsync(rig);
    }

    [Fact]
    public async Task What_does_not_fit_into_memory_is_503_at_once_and_fits_later()
    {
        await using var rig = await WebhookRig.StartAsync(config => config with { MaxBodySize = new(320_000), MaxBufferedBytes = new(640_000) });
        // Two such bodies, but for their last bytes, leave room for one block
        var head = rig.Head("Content-Length: 320000");
        using var first = await rig.ConnectAsync(head + new string(' ', 319_999));
        using var second = await rig.ConnectAsync(head + new string(' ', 319_999));
        await rig.UntilAsync(() => rig.Intake.BufferedBytes == 2 * 5 * 65536);

        var refused = await rig.PostAsync(IngressRig.Detection(1).PadRight(100_000));
        Assert.Equal((503, 1), (refused.Status, refused.RetryAfter));
        var chunked = await rig.SendAsync(WebhookRig.Json(IngressRig.Detection(1).PadRight(300_000)), request => request.Headers.TransferEncodingChunked = true);
        Assert.Equal(503, chunked.Status);

        await first.WriteAsync(" ");
        Assert.Equal(200, await first.StatusAsync());
        await EventuallyTakenAsync(rig);
    }

    [Fact]
    public async Task Improper_http_is_400_and_counted()
    {
        await using var rig = await WebhookRig.StartAsync();
        using var connection = await rig.ConnectAsync(rig.Head("Transfer-Encoding: chunked") + "xyz\r\n");

        Assert.Equal(400, await connection.StatusAsync());
        Assert.Equal(1, rig.Behind.Metrics.RequestsByCode[400]);
    }

    [Fact]
    public async Task Refusals_are_logged_once_a_minute_with_their_number()
    {
        await using var rig = await WebhookRig.StartAsync();
        for (var i = 0; i < 5; i++) await rig.SendAsync(null, request => request.Headers.Authorization = null);
        rig.Behind.Time.Advance(TimeSpan.FromMinutes(1));
        await rig.SendAsync(null, request => request.Headers.Authorization = null);

        Assert.Equal(
            ["Warning: hook: 1 requests were answered 401", "Warning: hook: 5 requests were answered 401"],
            rig.Log.Lines.Where(line => line.Contains("401", StringComparison.Ordinal)).Select(line => line[..line.IndexOf(" since", StringComparison.Ordinal)]));
        Assert.Equal(6, rig.Behind.Metrics.RequestsByCode[401]);
    }

    /// <summary>The turn is given back just behind the answer.</summary>
    private static Task EventuallyTakenAsync(WebhookRig rig) =>
        rig.UntilAsync(async () => await rig.PostAsync(IngressRig.Detection(7)) is { Status: 202 });
}
