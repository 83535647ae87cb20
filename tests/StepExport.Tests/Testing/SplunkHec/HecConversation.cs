using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using StepExport.Testing.SplunkHec;

namespace StepExport.Tests.Testing.SplunkHec;

/// <summary>Plain requests to a double, as any shipper could send them. Cookies are sent only when given.</summary>
internal sealed class HecConversation(FakeHecServer server) : IDisposable
{
    public const string Channel = "11111111-1111-1111-1111-111111111111";
    public const string OtherChannel = "22222222-2222-2222-2222-222222222222";

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = new(server.Address) };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Sent as <c>Authorization</c>; null sends none.</summary>
    public string? Authorization { get; set; } = $"Splunk {server.Token}";

    public string? Cookie { get; set; }

    /// <summary>The objects that carry these uids, one behind the other.</summary>
    public static string Events(params ReadOnlySpan<string> uids)
    {
        var body = new StringBuilder();
        foreach (var uid in uids) body.Append($$$"""{"event":{"n":1},"fields":{"event_uid":"{{{uid}}}"}}""");
        return body.ToString();
    }

    public Task<HecHeard> SendAsync(params ReadOnlySpan<string> uids) => PostAsync("/services/collector/event", Events(uids));

    /// <summary>What <c>/ack</c> says of each id.</summary>
    public async Task<IReadOnlyDictionary<long, bool>> PollAsync(string channel, params long[] ids)
    {
        var heard = await PostAsync($"/services/collector/ack?channel={channel}", JsonSerializer.Serialize(new { acks = ids }), channel: null);
        Assert.Equal(200, heard.Status);
        return heard.Json.GetProperty("acks").EnumerateObject().ToDictionary(a => long.Parse(a.Name, null), a => a.Value.GetBoolean());
    }

    public async Task<bool> IsAcknowledgedAsync(long id) => (await PollAsync(Channel, id))[id];

    public Task<HecHeard> PostAsync(string path, string body, string? channel = Channel, string? encoding = null) =>
        AskAsync(HttpMethod.Post, path, Encoding.UTF8.GetBytes(body), channel, encoding);

    public Task<HecHeard> GetAsync(string path) => AskAsync(HttpMethod.Get, path, null, null, null);

    public async Task<HecHeard> AskAsync(HttpMethod method, string path, byte[]? body, string? channel, string? encoding, CancellationToken? stop = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new ByteArrayContent(body);
        if (encoding is not null) request.Content!.Headers.ContentEncoding.Add(encoding);
        if (Authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", Authorization);
        if (channel is not null) request.Headers.Add("X-Splunk-Request-Channel", channel);
        if (Cookie is not null) request.Headers.Add("Cookie", Cookie);
        using var response = await _http.SendAsync(request, stop ?? Stop);
        var text = await response.Content.ReadAsStringAsync(stop ?? Stop);
        return new((int)response.StatusCode, text, response.Headers.RetryAfter, response.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies.Single().Split(';')[0] : null);
    }

    public void Dispose() => _http.Dispose();
}

/// <summary>An answer as it came.</summary>
internal sealed record HecHeard(int Status, string Text, RetryConditionHeaderValue? RetryAfter, string? SetCookie)
{
    public JsonElement Json { get; } = Text.StartsWith('{') ? JsonSerializer.Deserialize<JsonElement>(Text) : default;

    /// <summary>Status and code, as the table of codes names them.</summary>
    public (int Status, int? Code) Verdict => (Status, Number("code"));

    public int? AckId => Number("ackId");

    public int? InvalidEvent => Number("invalid-event-number");

    private int? Number(string name) => Json.ValueKind == JsonValueKind.Object && Json.TryGetProperty(name, out var value) ? value.GetInt32() : null;
}
