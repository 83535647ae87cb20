using System.Diagnostics.CodeAnalysis;
using StepExport.Configuration;
using StepExport.Core.Delivery;
using StepExport.Sinks.Http;

namespace StepExport.Sinks.SplunkHec;

/// <summary>Speaks to one collector. Thread-safe.</summary>
internal sealed class HecClient : IDisposable
{
    /// <summary>An answer of Splunk has some hundred bytes; more is somebody else's page.</summary>
    private const int AnswerLimit = 8192;

    private readonly HecEndpoint _endpoint;
    private readonly HecToken _token;
    private readonly HttpClient _http;
    private readonly TimeProvider _time;
    private string _channel = Guid.NewGuid().ToString();

    /// <param name="endpoint">Where the collector is.</param>
    /// <param name="token">Read at the first request.</param>
    /// <param name="handler">Owned by the client from now on.</param>
    /// <param name="time">To turn the date of a Retry-After into a wait.</param>
    public HecClient(HecEndpoint endpoint, Secret token, HttpMessageHandler handler, TimeProvider time)
    {
        _endpoint = endpoint;
        _token = new(token);
        _time = time;
        // The caller's cancellation is the one time-out.
        _http = new(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.Add(new("StepExport", typeof(HecClient).Assembly.GetName().Version?.ToString(3)));
    }

    /// <summary>The collector's address, for messages.</summary>
    public Uri Endpoint => _endpoint.Event;

    /// <summary>The Authorization header, or why there is none at the moment.</summary>
    public bool TryAuthorize([NotNullWhen(true)] out string? authorization, [NotNullWhen(false)] out string? problem) =>
        _token.TryGetHeader(out authorization, out problem);

    /// <summary>Sends one body of concatenated events, and renews token and channel when the answer asks for it.</summary>
    /// <param name="authorization">From <see cref="TryAuthorize"/>.</param>
    /// <param name="body">Must not change until this completes.</param>
    /// <param name="gzip">Whether <paramref name="body"/> is compressed.</param>
    /// <param name="request">What is in the body.</param>
    /// <param name="cancellationToken">Gives the request up.</param>
    /// <exception cref="HttpRequestException">No answer.</exception>
    /// <exception cref="IOException">The answer broke off.</exception>
    public async Task<HecVerdict> SendAsync(
        string authorization, ReadOnlyMemory<byte> body, bool gzip, HecRequest request, CancellationToken cancellationToken)
    {
        var channel = Volatile.Read(ref _channel);
        var verdict = HecAnswers.Read(await PostAsync(authorization, channel, body, gzip, cancellationToken), request);
        if (verdict.FollowUp == HecFollowUp.ReadToken && _token.Renew(authorization))
            return new(SendResult.Retry("the token was refused, and has been renewed meanwhile", verdict.Result.Code, TimeSpan.Zero));
        if (verdict.FollowUp == HecFollowUp.NewChannel) Interlocked.CompareExchange(ref _channel, Guid.NewGuid().ToString(), channel);
        return verdict;
    }

    /// <summary>Posts nothing: Splunk checks the token first and then misses the data, so that no event is written.</summary>
    public async Task<HecResponse> ProbeAsync(string authorization, CancellationToken cancellationToken)
    {
        var response = await PostAsync(authorization, Volatile.Read(ref _channel), default, gzip: false, cancellationToken);
        if (response.Status is 401 or 403) _token.Renew(authorization);
        return response;
    }

    public async Task<HecResponse> GetHealthAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _endpoint.Health);
        return await AnswerAsync(request, cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private async Task<HecResponse> PostAsync(
        string authorization, string channel, ReadOnlyMemory<byte> body, bool gzip, CancellationToken cancellationToken)
    {
        using var content = new ReadOnlyMemoryContent(body);
        content.Headers.ContentType = new("application/json");
        if (gzip) content.Headers.ContentEncoding.Add("gzip");
        using var request = new HttpRequestMessage(HttpMethod.Post, _endpoint.Event) { Content = content };
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        request.Headers.TryAddWithoutValidation("X-Splunk-Request-Channel", channel);
        return await AnswerAsync(request, cancellationToken);
    }

    private async Task<HecResponse> AnswerAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var answer = new byte[AnswerLimit];
        var length = await stream.ReadAtLeastAsync(answer, AnswerLimit, throwOnEndOfStream: false, cancellationToken);
        return HecResponse.Parse((int)response.StatusCode, answer.AsMemory(0, length), RetryAfter.Read(response.Headers, _time.GetUtcNow()));
    }
}
