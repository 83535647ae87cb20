using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using StepExport.Admin;
using StepExport.Configuration;
using StepExport.Reload;

namespace StepExport.Tests.Admin;

/// <summary>Who may ask for a reload over HTTP, and what the answer is.</summary>
public sealed class ReloadPageTests : IAsyncDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false });
    private ReloadReport _report = new(ReloadOutcome.Applied, ["sink splunk: changed"], [], []);
    private AdminServer? _server;
    private int _reloads;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_exchanged_is_the_answer()
    {
        await StartAsync();
        var (status, body) = await PostAsync(header: true);
        Assert.Equal((HttpStatusCode.OK, 1), (status, _reloads));
        var report = JsonSerializer.Deserialize<ReloadReport>(body, ReloadPage.Layout)!;
        Assert.Equal((ReloadOutcome.Applied, "sink splunk: changed"), (report.Outcome, Assert.Single(report.Changes)));
    }

    [Fact]
    public async Task A_refusal_is_422_with_the_mistakes()
    {
        await StartAsync();
        _report = new(ReloadOutcome.Refused, [], ["c.yaml:3:1: sinks: is empty"], []);
        var (status, body) = await PostAsync(header: true);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Contains("c.yaml:3:1: sinks: is empty", body, StringComparison.Ordinal);
        Assert.Contains("\"outcome\": \"refused\"", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_on_another_site_cannot_ask_for_it()
    {
        await StartAsync();
        Assert.Equal((HttpStatusCode.Forbidden, 0), ((await PostAsync(header: false)).Status, _reloads));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    public async Task Without_the_token_nothing_is_read_again(string? token)
    {
        await StartAsync(new("right"));
        Assert.Equal((HttpStatusCode.Unauthorized, 0), ((await PostAsync(header: true, token)).Status, _reloads));
        Assert.Equal((HttpStatusCode.OK, 1), ((await PostAsync(header: true, "right")).Status, _reloads));
    }

    [Fact]
    public async Task Looking_does_not_reload()
    {
        await StartAsync();
        using var response = await _client.GetAsync(new Uri(_server!.Address, ReloadPage.Path), Stop);
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "POST", 0), (response.StatusCode, Assert.Single(response.Content.Headers.Allow), _reloads));
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_server is not null) await _server.DisposeAsync();
    }

    private async Task StartAsync(Secret? token = null) => _server = await AdminServer.StartAsync(
        new() { Listen = "127.0.0.1:0", Token = token }, new SampleStatus().Status, new() { Reload = ReloadAsync }, Stop);

    private Task<ReloadReport> ReloadAsync()
    {
        _reloads++;
        return Task.FromResult(_report);
    }

    private async Task<(HttpStatusCode Status, string Body)> PostAsync(bool header, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_server!.Address, ReloadPage.Path));
        if (header) request.Headers.Add(ReloadPage.Header, "reload");
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await _client.SendAsync(request, Stop);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Stop));
    }
}
