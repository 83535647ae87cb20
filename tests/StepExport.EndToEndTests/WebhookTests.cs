using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using StepExport.Testing;

namespace StepExport.EndToEndTests;

/// <summary>The webhook of the real program under load, and under attack.</summary>
public sealed class WebhookTests(ITestOutputHelper output)
{
    private const int Senders = 8;
    private const int Events = 20_000;
    private const int PerRequest = 10;
    private const int Kills = 3;

    /// <summary>What requests of hostile size may cost in memory: maxBufferedBytes, and as much again for garbage.</summary>
    private const long MemoryBound = 128_000_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_event_that_got_a_2xx_is_delivered_although_the_program_is_killed_under_load()
    {
        await using var host = new WebhookHost();
        await host.ReadyAsync();
        var detections = new DetectionGenerator();
        var random = new Random(20261122);
        var (next, accepted, repeated) = (-1, 0, 0);

        var senders = Enumerable.Range(0, Senders).Select(_ => Task.Run(SendAsync, Stop)).ToArray();
        for (var kill = 1; kill <= Kills; kill++)
        {
            // At any moment of a phase in which events are being accepted
            var from = Volatile.Read(ref accepted);
            var after = from + random.Next(1, Events / (Kills + 2));
            await Eventually.TrueAsync(() => Volatile.Read(ref accepted) >= after || senders.All(s => s.IsCompleted), "events are accepted");
            Assert.False(senders.All(s => s.IsCompleted), $"all was sent before kill {kill}");
            await host.KillAndRestartAsync();
        }

        await Task.WhenAll(senders);
        Assert.Equal(0, await host.StopAsync());

        output.WriteLine($"{Events} events, {Kills} kills, {repeated} requests repeated");
        var delivered = Export.RunIds(host.Archive);
        output.WriteLine($"file: {delivered.Count} lines, {delivered.Count - Events} duplicates");
        Assert.Equal(Events, accepted);
        Assert.True(repeated >= Kills, $"only {repeated} requests were cut off: nothing was proven");
        Assert.Equal(Export.ExpectedRunIds(Events), delivered.Distinct().Order());

        async Task SendAsync()
        {
            for (int request; (request = Interlocked.Increment(ref next)) < Events / PerRequest;)
            {
                var body = $"{{\"data\":[{string.Join(',', Enumerable.Range(request * PerRequest, PerRequest).Select(detections.One))}]}}";
                while (!await IsAcceptedAsync(body))
                {
                    Interlocked.Increment(ref repeated);
                    await Task.Delay(20, Stop);
                }

                Interlocked.Add(ref accepted, PerRequest);
            }
        }

        async Task<bool> IsAcceptedAsync(string body)
        {
            try
            {
                return await host.PostAsync(WebhookHost.Json(body)) == HttpStatusCode.Accepted;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task A_sender_without_credentials_sees_401_whatever_it_sends()
    {
        const string Key = "hmac-key";
        await using var host = new WebhookHost($"bearer: {WebhookHost.Token}, hmac: {{ secret: {Key} }}");
        await Eventually.TrueAsync(async () => await HasAnsweredAsync(host), "the program listens");
        var good = new DetectionGenerator().One(0);
        var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Key), Encoding.UTF8.GetBytes(good));
        var signature = $"sha256={Convert.ToHexString(hash)}";
        hash[31] ^= 1;
        var oneBitOff = $"sha256={Convert.ToHexString(hash)}";
        var bomb = Zeros(50_000_000);
        var before = await host.MetricAsync("stepexport_source_requests_total{source=\"hook\",code=\"401\"}");

        string?[] authorizations =
        [
            null, "", "Bearer", "Bearer ", WebhookHost.Token, $"Basic {WebhookHost.Token}", $"Bearer{WebhookHost.Token}", $"Bearer {WebhookHost.Token}x",
            $"Bearer {WebhookHost.Token[..^1]}", $"Bearer wrong, Bearer {WebhookHost.Token}",
        ];
        Func<HttpContent>[] bodies =
        [
            () => WebhookHost.Json(good), () => WebhookHost.Json(""), () => new ByteArrayContent(new byte[20_000_000]), () => Gzip(bomb),
            () => WebhookHost.Json(new string('[', 100_000)), () => new StringContent("<x/>", new MediaTypeHeaderValue("text/xml")),
        ];
        foreach (var authorization in authorizations)
            foreach (var body in bodies) Assert.Equal(HttpStatusCode.Unauthorized, await host.PostAsync(body(), authorization, Sign(signature)));
        foreach (var wrong in (string[])[oneBitOff, signature[..^1], "sha256=", "sha1=" + signature[7..], signature + "00"])
            Assert.Equal(HttpStatusCode.Unauthorized, await host.PostAsync(WebhookHost.Json(good), adjust: Sign(wrong)));
        Assert.Equal(HttpStatusCode.Unauthorized, await host.PostAsync(Gzip(bomb), adjust: Sign(oneBitOff)));
        Assert.Equal(HttpStatusCode.Unauthorized, await host.PostAsync(WebhookHost.Json(good)));

        Assert.Equal(0, await host.MetricAsync("stepexport_source_received_total{source=\"hook\"}"));
        var refused = await host.MetricAsync("stepexport_source_requests_total{source=\"hook\",code=\"401\"}") - before;
        Assert.Equal((authorizations.Length * bodies.Length) + 7, refused);
        Assert.Equal(HttpStatusCode.Accepted, await host.PostAsync(WebhookHost.Json(good), adjust: Sign(signature)));
        Assert.DoesNotContain(WebhookHost.Token, host.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hostile_bodies_are_refused_memory_stays_flat_and_the_next_good_request_is_served()
    {
        await using var host = new WebhookHost();
        await host.ReadyAsync();
        var detections = new DetectionGenerator();
        var bomb = Zeros(1_000_000_000);
        for (var i = 0; i < 20; i++) await host.PostAsync(WebhookHost.Json(detections.One(i)));
        var before = host.Memory("VmRSS");

        for (var round = 0; round < 3; round++)
        {
            var oversized = Several(4, () => host.PostAsync(new ByteArrayContent(new byte[20_000_000])));
            var growing = Several(2, () => host.PostAsync(new ByteArrayContent(new byte[20_000_000]), adjust: r => r.Headers.TransferEncodingChunked = true));
            var bombs = Several(4, () => host.PostAsync(Gzip(bomb)));
            var nested = Several(2, () => host.PostAsync(WebhookHost.Json(new string('[', 100_000))));
            var deeper = Several(2, () => host.PostAsync(WebhookHost.Json(string.Concat(Enumerable.Repeat("{\"a\":", 100_000)))));
            var malformed = Several(4, () => host.PostAsync(WebhookHost.Json("{\"id\":\"Reverse-Shell\",")));

            Assert.All(await Task.WhenAll(oversized), status => Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status));
            // Refused for their size, or before for the memory that the others take
            HttpStatusCode[] tooMuch = [HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.ServiceUnavailable];
            foreach (var refused in (Task<HttpStatusCode>[])[.. growing, .. bombs]) Assert.Contains(await refused, tooMuch);
            Assert.All(await Task.WhenAll([.. nested, .. deeper, .. malformed]), status => Assert.Equal(HttpStatusCode.BadRequest, status));
            Assert.Equal(HttpStatusCode.Accepted, await host.PostAsync(WebhookHost.Json(detections.One(1000 + round))));
        }

        var peak = host.Memory("VmHWM");
        output.WriteLine($"memory before {before / 1_000_000} MB, at most {peak / 1_000_000} MB");
        Assert.True(peak - before < MemoryBound, $"{before} bytes before, {peak} at most");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await host.PostAsync(Gzip(bomb)));
        Assert.Equal(0, await host.StopAsync());
        Assert.Equal(23, Export.RunIds(host.Archive).Distinct().Count());
    }

    private static Task<HttpStatusCode>[] Several(int count, Func<Task<HttpStatusCode>> send) => [.. Enumerable.Range(0, count).Select(_ => send())];

    private static Action<HttpRequestMessage> Sign(string signature) =>
        request => request.Headers.TryAddWithoutValidation("X-Hub-Signature-256", signature);

    private static async Task<bool> HasAnsweredAsync(WebhookHost host)
    {
        try
        {
            return await host.PostAsync(null, null) == HttpStatusCode.Unauthorized;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static ByteArrayContent Gzip(byte[] packed)
    {
        var content = new ByteArrayContent(packed);
        content.Headers.ContentType = new("application/json");
        content.Headers.ContentEncoding.Add("gzip");
        return content;
    }

    private static byte[] Zeros(int count)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            var zeros = new byte[1_000_000];
            for (var left = count; left > 0; left -= zeros.Length) gzip.Write(zeros);
        }

        return packed.ToArray();
    }
}
