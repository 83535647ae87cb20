using System.Text;
using StepExport.Http;

namespace StepExport.Sinks.SplunkHec;

/// <summary>One request with findings.</summary>
/// <param name="Authorization">From <see cref="HecToken"/>.</param>
/// <param name="Channel">GUID.</param>
/// <param name="Cookie">Keeps the channel with its indexer; or null.</param>
/// <param name="Body">Must not change until the answer is there.</param>
/// <param name="IsGzip">Whether <paramref name="Body"/> is compressed.</param>
/// <param name="Target">Path and query; null = the event endpoint.</param>
internal readonly record struct HecPost(string Authorization, string Channel, string? Cookie, ReadOnlyMemory<byte> Body, bool IsGzip, string? Target = null);

/// <summary>Speaks to one endpoint over its own connections. Thread-safe.</summary>
/// <remarks>Every method throws <see cref="HttpRequestException"/> when there is no answer, <see cref="IOException"/> when it broke
/// off and <see cref="TimeoutException"/> when it did not come in time.</remarks>
internal sealed class HecClient : IDisposable
{
    /// <summary>An answer of Splunk has some hundred bytes, one about acknowledgements some thousand; more is somebody else's page.</summary>
    private const int AnswerLimit = 8192;

    private readonly HecEndpoint _endpoint;
    private readonly HttpClient _http;
    private readonly TimeProvider _time;
    private readonly TimeSpan _timeout;

    /// <param name="endpoint">Where the collector is.</param>
    /// <param name="handler">Without cookies; owned by the client from now on.</param>
    /// <param name="timeout">For one request with its answer.</param>
    /// <param name="time">For the time-out, and to turn the date of a Retry-After into a wait.</param>
    public HecClient(HecEndpoint endpoint, HttpMessageHandler handler, TimeSpan timeout, TimeProvider time)
    {
        _endpoint = endpoint;
        _timeout = timeout;
        _time = time;
        _http = new(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.Add(new("StepExport", typeof(HecClient).Assembly.GetName().Version?.ToString(3)));
    }

    /// <summary>The collector's address, for messages.</summary>
    public Uri Endpoint => _endpoint.Event;

    /// <summary>What is known of the endpoint's cookies.</summary>
    public HecCookieHabits CookieHabits { get; } = new();

    /// <summary>Sends one body of concatenated events.</summary>
    public async Task<HecResponse> PostAsync(HecPost post, CancellationToken cancellationToken)
    {
        using var content = new ReadOnlyMemoryContent(post.Body);
        content.Headers.ContentType = new("application/json");
        if (post.IsGzip) content.Headers.ContentEncoding.Add("gzip");
        using var request = new HttpRequestMessage(HttpMethod.Post, _endpoint.For(post.Target)) { Content = content };
        Address(request, post.Authorization, post.Channel, post.Cookie);
        var answer = await AnswerAsync(request, cancellationToken);
        return HecResponse.Parse(answer.Status, answer.Body, answer.RetryAfter) with { SetCookies = answer.SetCookies };
    }

    /// <summary>Asks which of these requests are indexed.</summary>
    /// <param name="authorization">The one that the requests were sent with.</param>
    /// <param name="channel">The one that the requests were sent on.</param>
    /// <param name="cookie">Of the channel's session.</param>
    /// <param name="ids">Some hundred at most, or the answer would be too long.</param>
    /// <param name="cancellationToken">Gives the question up.</param>
    public async Task<HecAckAnswer> AskAsync(
        string authorization, string channel, string? cookie, IReadOnlyCollection<long> ids, CancellationToken cancellationToken)
    {
        using var content = new StringContent($$"""{"acks":[{{string.Join(',', ids)}}]}""", Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{_endpoint.Acknowledgement}?channel={channel}") { Content = content };
        Address(request, authorization, channel, cookie);
        var answer = await AnswerAsync(request, cancellationToken);
        return HecAckAnswer.Parse(answer.Status, answer.Body) with { SetCookies = answer.SetCookies };
    }

    public async Task<HecResponse> GetHealthAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _endpoint.Health);
        var answer = await AnswerAsync(request, cancellationToken);
        return HecResponse.Parse(answer.Status, answer.Body, answer.RetryAfter);
    }

    public void Dispose() => _http.Dispose();

    private async Task<RawAnswer> AnswerAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var cookies = response.Headers.TryGetValues("Set-Cookie", out var values) ? values.ToArray() : null;
            await using var stream = await response.Content.ReadAsStreamAsync(either.Token);
            var answer = new byte[AnswerLimit];
            var length = await stream.ReadAtLeastAsync(answer, AnswerLimit, throwOnEndOfStream: false, either.Token);
            return new((int)response.StatusCode, answer.AsMemory(0, length), RetryAfter.Read(response.Headers, _time.GetUtcNow()), cookies);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer within {_timeout.TotalSeconds:0.###} s");
        }
    }

    private static void Address(HttpRequestMessage request, string authorization, string channel, string? cookie)
    {
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        request.Headers.TryAddWithoutValidation("X-Splunk-Request-Channel", channel);
        if (cookie is not null) request.Headers.TryAddWithoutValidation("Cookie", cookie);
    }

    private readonly record struct RawAnswer(int Status, ReadOnlyMemory<byte> Body, TimeSpan? RetryAfter, string[]? SetCookies);
}
