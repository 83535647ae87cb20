using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using StepExport.Admin;
using StepExport.Configuration;

namespace StepExport.Tests.Admin;

/// <summary>The listener over real HTTP.</summary>
public sealed class AdminServerTests : IAsyncDisposable
{
    private readonly SampleStatus _sample = new();
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false });
    private AdminServer? _server;

    [Fact]
    public async Task Livez_says_ok_until_the_program_can_only_be_restarted()
    {
        await StartAsync();
        Assert.Equal((HttpStatusCode.OK, "ok\n"), await GetAsync("/livez"));
        _sample.Status.Stopped = "the loop of sink splunk has ended";
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "the loop of sink splunk has ended\n"), await GetAsync("/livez"));
    }

    [Fact]
    public async Task Readyz_names_every_part_that_is_unhealthy_with_reason_and_since()
    {
        await StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/readyz")).Status);
        _sample.Sink.Health.Unhealthy("HTTP 401: token refused");
        _sample.JournalTrouble = "full";
        _sample.DeadLetterTrouble = "no room";
        _sample.Time.Advance(TimeSpan.FromMinutes(1));

        var (status, body) = await GetAsync("/readyz");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        var unhealthy = JsonDocument.Parse(body).RootElement.GetProperty("unhealthy");
        Assert.Equal(["journal journal: full", "deadLetters deadLetters: no room", "sink splunk: HTTP 401: token refused"], unhealthy.EnumerateArray().Select(u => $"{u.GetProperty("kind")} {u.GetProperty("name")}: {u.GetProperty("reason")}"));
        Assert.Equal(_sample.Time.GetUtcNow().AddMinutes(-1), unhealthy[2].GetProperty("since").GetDateTimeOffset());

        _sample.Sink.Health.Healthy();
        _sample.JournalTrouble = null;
        _sample.DeadLetterTrouble = null;
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/readyz")).Status);
    }

    [Fact]
    public async Task Status_tells_everything_in_json()
    {
        await StartAsync();
        _sample.Sink.Health.Unhealthy("no route");
        var report = JsonDocument.Parse((await GetAsync("/api/status")).Body).RootElement;
        Assert.Equal(("1.2.3", 90.5, false, 3), (report.GetProperty("version").GetString(), report.GetProperty("uptimeSeconds").GetDouble(), report.GetProperty("ready").GetBoolean(), report.GetProperty("deadLetters").GetProperty("count").GetInt32()));
        var journal = report.GetProperty("journal");
        Assert.Equal((5000, 2_000_000, 42), (journal.GetProperty("bytes").GetInt32(), journal.GetProperty("capacity").GetInt32(), journal.GetProperty("durableSequence").GetInt32()));
        Assert.Equal("cut 17 bytes of a torn frame", journal.GetProperty("recovery")[0].GetString());
        var source = report.GetProperty("sources")[0];
        Assert.Equal(("in", 45, 42, 41), (source.GetProperty("name").GetString(), source.GetProperty("received").GetInt32(), source.GetProperty("durable").GetInt32(), source.GetProperty("normalized").GetProperty("Agent-Tampered").GetInt32()));
        var sink = report.GetProperty("sinks")[0];
        Assert.Equal(("splunk", 30, 33, 9, 90.5), (sink.GetProperty("name").GetString(), sink.GetProperty("delivered").GetInt32(), sink.GetProperty("committed").GetInt32(), sink.GetProperty("lagRecords").GetInt32(), sink.GetProperty("oldestUndeliveredAgeSeconds").GetDouble()));
        Assert.Equal((false, "no route"), (sink.GetProperty("health").GetProperty("ok").GetBoolean(), sink.GetProperty("health").GetProperty("reason").GetString()));
    }

    [Fact]
    public async Task Metrics_come_in_prometheus_format()
    {
        await StartAsync();
        var response = await _client.GetAsync(new Uri(_server!.Address, "/metrics"), TestContext.Current.CancellationToken);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(MetricsPage.Of(_sample.Status), await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("/livez", null, HttpStatusCode.OK)]
    [InlineData("/readyz", null, HttpStatusCode.OK)]
    [InlineData("/metrics", null, HttpStatusCode.Unauthorized)]
    [InlineData("/api/status", null, HttpStatusCode.Unauthorized)]
    [InlineData("/metrics", "Bearer wrong", HttpStatusCode.Unauthorized)]
    [InlineData("/metrics", "Bearer s3cretX", HttpStatusCode.Unauthorized)]
    [InlineData("/metrics", "Bearer s3cre", HttpStatusCode.Unauthorized)]
    [InlineData("/metrics", "Bearer ", HttpStatusCode.Unauthorized)]
    [InlineData("/metrics", "Basic s3cret", HttpStatusCode.Unauthorized)]
    [InlineData("/metrics", "Bearer s3cret", HttpStatusCode.OK)]
    [InlineData("/api/status", "bearer s3cret", HttpStatusCode.OK)]
    public async Task With_a_token_only_the_probes_are_open(string path, string? authorization, HttpStatusCode expected)
    {
        await StartAsync(new("s3cret"));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_server!.Address, path));
        if (authorization is not null) Assert.True(request.Headers.TryAddWithoutValidation("Authorization", authorization));
        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(expected, response.StatusCode);
        if (expected == HttpStatusCode.Unauthorized) Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task A_rotated_token_file_is_read_again()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "old", TestContext.Current.CancellationToken);
        await StartAsync(new($"${{file:{file}}}"));
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "new");
        Assert.Equal(HttpStatusCode.Unauthorized, (await GetAsync("/metrics")).Status);
        await File.WriteAllTextAsync(file, "new\n", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/metrics")).Status);
        File.Delete(file);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "the admin token cannot be read\n"), await GetAsync("/metrics"));
    }

    [Fact]
    public async Task Other_paths_and_methods_are_refused()
    {
        await StartAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync("/")).Status);
        using var response = await _client.PostAsync(new Uri(_server!.Address, "/livez"), null, TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "GET,HEAD"), (response.StatusCode, string.Join(',', response.Content.Headers.Allow)));
        using var head = new HttpRequestMessage(HttpMethod.Head, new Uri(_server.Address, "/livez"));
        using var answer = await _client.SendAsync(head, TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.OK, 3L), (answer.StatusCode, answer.Content.Headers.ContentLength));
    }

    [Fact]
    public async Task A_body_that_nobody_wants_does_not_cut_the_connection_under_the_next_request()
    {
        await StartAsync(new("the-token"));
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, _server!.Address.Port, TestContext.Current.CancellationToken);
        using var reader = new StreamReader(socket.GetStream());
        for (var i = 0; i < 3; i++)
        {
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST /api/reload HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabcde"), TestContext.Current.CancellationToken);
            Assert.Equal("HTTP/1.1 405 Method Not Allowed", await AnswerAsync(reader));
        }
    }

    [Fact]
    public async Task A_port_in_use_is_said_plainly()
    {
        await StartAsync();
        var listen = _server!.Address.Authority;
        var error = await Assert.ThrowsAsync<IOException>(() => AdminServer.StartAsync(new() { Listen = listen }, _sample.Status, new(), TestContext.Current.CancellationToken));
        Assert.StartsWith($"admin.listen {listen} cannot be had: ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("is another stepexport running? Choose another address or port, or off", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Off_does_not_listen() =>
        Assert.Null(await AdminServer.StartAsync(new() { Listen = "off" }, _sample.Status, new(), TestContext.Current.CancellationToken));

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_server is not null) await _server.DisposeAsync();
    }

    /// <summary>The first line; the rest is read away.</summary>
    private static async Task<string?> AnswerAsync(StreamReader reader)
    {
        var first = await reader.ReadLineAsync(TestContext.Current.CancellationToken);
        var length = 0;
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { Length: > 0 } line)
            if (line.StartsWith("Content-Length: ", StringComparison.Ordinal)) length = int.Parse(line[16..], System.Globalization.CultureInfo.InvariantCulture);
        await reader.ReadBlockAsync(new char[length], TestContext.Current.CancellationToken);
        return first;
    }

    private async Task StartAsync(Secret? token = null) =>
        _server = await AdminServer.StartAsync(new() { Listen = "127.0.0.1:0", Token = token }, _sample.Status, new(), TestContext.Current.CancellationToken);

    private async Task<(HttpStatusCode Status, string Body)> GetAsync(string path)
    {
        using var response = await _client.GetAsync(new Uri(_server!.Address, path), TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
