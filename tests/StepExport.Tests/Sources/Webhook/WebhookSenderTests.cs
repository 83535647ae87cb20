using System.Security.Cryptography;
using System.Text;
using StepExport.Sources.Webhook;
using StepExport.Testing;
using StepExport.Testing.Ingest;

namespace StepExport.Tests.Sources.Webhook;

/// <summary>Who is let in.</summary>
public sealed class WebhookSenderTests
{
    /// <summary>The example of GitHub's documentation on validating deliveries.</summary>
    private const string Key = "It's a Secret to Everybody";
    private const string Hello = "Hello, World!";
    private const string HelloSignature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

    [Theory]
    [InlineData("X-Nothing: 1")]
    [InlineData("Authorization:")]
    [InlineData("Authorization: Bearer")]
    [InlineData("Authorization: Bearer ")]
    [InlineData("Authorization: " + WebhookRig.Token)]
    [InlineData("Authorization: Basic " + WebhookRig.Token)]
    [InlineData("Authorization: Bearer Bearer " + WebhookRig.Token)]
    [InlineData("Authorization: Bearer " + WebhookRig.Token + "x")]
    [InlineData("Authorization: Bearer t0ken-of-the-sende")]
    [InlineData("Authorization: Bearer T0KEN-OF-THE-SENDER")]
    [InlineData("Authorization: Bearer x, Bearer " + WebhookRig.Token)]
    [InlineData("Authorization: Bearer x\r\nAuthorization: Bearer " + WebhookRig.Token)]
    [InlineData("Authorization: Bearer " + WebhookRig.Token + "\r\nAuthorization: Bearer " + WebhookRig.Token)]
    public async Task A_stranger_is_401_before_anything_of_its_body_is_read(string header)
    {
        await using var rig = await WebhookRig.StartAsync();
        using var connection = await rig.ConnectAsync(rig.Head("Content-Length: 99000000\r\nContent-Type: text/plain\r\nContent-Encoding: br", header));

        Assert.Equal(401, await connection.StatusAsync());
        Assert.Equal(0, rig.Behind.Metrics.Received);
    }

    [Fact]
    public async Task Strangers_get_one_answer_whatever_is_wrong()
    {
        await using var rig = await WebhookRig.StartAsync();
        var none = await rig.SendAsync(null, request => request.Headers.Authorization = null);
        var wrong = await rig.SendAsync(WebhookRig.Json("{}"), request => request.Headers.Authorization = new("Bearer", "wrong"));

        Assert.Equal(none.Body, wrong.Body);
        Assert.Equal(none.Headers.ToString(), wrong.Headers.ToString());
        Assert.Equal(("Bearer", "close"), (wrong.Headers.WwwAuthenticate.ToString(), wrong.Headers.Connection.ToString()));
    }

    [Fact]
    public async Task The_token_may_stand_in_any_header()
    {
        await using var rig = await WebhookRig.StartAsync(config => config with { Auth = new() { Bearer = new("a b"), BearerHeader = "X-Webhook-Token" } });

        Assert.Equal(202, (await rig.SendAsync(WebhookRig.Json(IngressRig.Detection(1)), request => request.Headers.Add("x-webhook-token", "a b"))).Status);
        Assert.Equal(401, (await rig.SendAsync(WebhookRig.Json(IngressRig.Detection(2)), request => request.Headers.Add("X-Webhook-Token", "Bearer a b"))).Status);
    }

    [Fact]
    public async Task The_published_example_of_a_signature_fits_and_one_bit_less_does_not()
    {
        await using var rig = await StartSignedAsync(new() { Secret = new(Key) });
        // Signed as it should be, and no JSON
        Assert.Equal(400, (await SendSignedAsync(rig, Hello, HelloSignature)).Status);
        Assert.Equal(401, (await SendSignedAsync(rig, Hello, HelloSignature[..^1] + '6')).Status);
        Assert.Equal(401, (await SendSignedAsync(rig, "Hello, World?", HelloSignature)).Status);
        Assert.Equal(401, (await SendSignedAsync(rig, Hello, HelloSignature[7..])).Status);
        Assert.Equal(401, (await SendSignedAsync(rig, Hello, HelloSignature[..^2])).Status);
        Assert.Equal(401, (await SendSignedAsync(rig, Hello, "sha256=")).Status);
    }

    [Theory]
    [InlineData("hex", "sha256=")]
    [InlineData("hex", "none")]
    [InlineData("base64", "v1,")]
    public async Task A_signature_is_of_the_bytes_as_sent(string encoding, string prefix)
    {
        await using var rig = await StartSignedAsync(new() { Secret = new(Key), Encoding = encoding, Prefix = prefix, Header = "X-Signature" });
        var packed = WebhookRig.Pack(Encoding.UTF8.GetBytes(IngressRig.Lines(1, 2000)));
        var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Key), packed);
        var signature = (prefix == "none" ? "" : prefix) + (encoding == "hex" ? Convert.ToHexString(hash) : Convert.ToBase64String(hash));

        var reply = await rig.SendAsync(WebhookRig.Gzip(packed), request => request.Headers.TryAddWithoutValidation("X-Signature", signature));

        Assert.Equal((202, 2000), reply.Taken);
    }

    [Fact]
    public async Task With_both_a_sender_has_to_prove_both()
    {
        await using var rig = await WebhookRig.StartAsync(config => config with { Auth = config.Auth with { Hmac = new() { Secret = new(Key) } } });

        Assert.Equal(401, (await rig.PostAsync(Hello)).Status);
        Assert.Equal(401, (await SendSignedAsync(rig, Hello, HelloSignature)).Status);
        Assert.Equal(400, (await rig.SendAsync(WebhookRig.Json(Hello), request => request.Headers.Add("X-Hub-Signature-256", HelloSignature))).Status);
    }

    [Fact]
    public async Task A_bomb_with_a_wrong_signature_is_not_even_unpacked()
    {
        await using var rig = await StartSignedAsync(new() { Secret = new(Key) });
        var bomb = WebhookRig.Gzip(WebhookRig.Pack(new byte[50_000_000]));

        Assert.Equal(401, (await rig.SendAsync(bomb, request => request.Headers.Add("X-Hub-Signature-256", HelloSignature))).Status);
    }

    [Fact]
    public async Task A_token_is_rotated_by_its_file_alone()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("token", "first\n");
        await using var rig = await WebhookRig.StartAsync(config => config with { Auth = new() { Bearer = new($"${{file:{file}}}") } });
        Assert.Equal(202, await SendAsync("first"));

        // Both for a while: the new one is found as soon as it is used
        folder.Write("token", "first\nsecond\n");
        rig.Behind.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(202, await SendAsync("second"));
        Assert.Equal(202, await SendAsync("first"));

        // The old one goes: nobody is refused who would make it known, so it is let in for ten seconds more at most
        folder.Write("token", "second\n");
        rig.Behind.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(401, await SendAsync("first"));
        Assert.Equal(202, await SendAsync("second"));

        async Task<int> SendAsync(string token) =>
            (await rig.SendAsync(WebhookRig.Json(IngressRig.Detection(1)), request => request.Headers.Authorization = new("Bearer", token))).Status;
    }

    [Fact]
    public async Task Strangers_cannot_have_the_file_read_at_will()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("token", "first");
        await using var rig = await WebhookRig.StartAsync(config => config with { Auth = new() { Bearer = new($"${{file:{file}}}") } });
        folder.Write("token", WebhookRig.Token);

        Assert.Equal(401, (await rig.PostAsync("{}")).Status);
        rig.Behind.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await rig.PostAsync("{}")).Status);
    }

    [Fact]
    public async Task While_the_file_is_gone_the_last_tokens_hold_and_the_source_says_so()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("token", WebhookRig.Token);
        await using var rig = await WebhookRig.StartAsync(config => config with { Auth = new() { Bearer = new($"${{file:{file}}}") } });
        System.IO.File.Delete(file);
        rig.Behind.Time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(202, (await rig.PostAsync(IngressRig.Detection(1))).Status);
        Assert.StartsWith("auth.bearer cannot be read: file ", rig.Behind.Metrics.Health.Current.Reason, StringComparison.Ordinal);

        folder.Write("token", " \n");
        rig.Behind.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(202, (await rig.PostAsync(IngressRig.Detection(1))).Status);
        Assert.StartsWith("auth.bearer is empty", rig.Behind.Metrics.Health.Current.Reason, StringComparison.Ordinal);

        folder.Write("token", WebhookRig.Token);
        rig.Behind.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(202, (await rig.PostAsync(IngressRig.Detection(1))).Status);
        Assert.True(rig.Behind.Metrics.Health.Current.Ok);
    }

    [Fact]
    public async Task Without_a_token_to_compare_with_it_does_not_start()
    {
        var error = await Assert.ThrowsAsync<IOException>(() => WebhookRig.StartAsync(config => config with { Auth = new() { Bearer = new(" \n ") } }));

        Assert.StartsWith("auth.bearer is empty", error.Message, StringComparison.Ordinal);
    }

    private static Task<WebhookRig> StartSignedAsync(WebhookHmacConfig hmac) => WebhookRig.StartAsync(config => config with { Auth = new() { Hmac = hmac } });

    private static Task<WebhookRig.Reply> SendSignedAsync(WebhookRig rig, string body, string signature) => rig.SendAsync(WebhookRig.Json(body), request =>
    {
        request.Headers.Authorization = null;
        request.Headers.TryAddWithoutValidation("X-Hub-Signature-256", signature);
    });
}
