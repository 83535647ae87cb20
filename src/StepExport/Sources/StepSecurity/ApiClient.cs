using System.Net.Http.Headers;
using StepExport.Http;

namespace StepExport.Sources.StepSecurity;

/// <summary>Asks the API, one answer per call. Thread-safe.</summary>
internal sealed class ApiClient : IDisposable
{
    /// <summary>Of one page, decompressed. 200 detections have some hundred kilobytes.</summary>
    public const int LargestBody = 64_000_000;

    private readonly HttpClient _http;
    private readonly string _base;
    private readonly ApiKey _key;
    private readonly RequestGate _gate;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;

    /// <param name="config">Validated.</param>
    /// <param name="handler">Owned by the client from now on.</param>
    /// <param name="gate">Owned, too.</param>
    /// <param name="time">For the time-out, and to turn the date of a Retry-After into a wait.</param>
    public ApiClient(StepSecurityConfig config, HttpMessageHandler handler, RequestGate gate, TimeProvider time)
    {
        (_gate, _timeout, _time) = (gate, config.Timeout, time);
        _base = config.BaseUrl.TrimEnd('/');
        _key = new(config.ApiKey);
        _http = new(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.Add(new("StepExport", typeof(ApiClient).Assembly.GetName().Version?.ToString(3)));
        _http.DefaultRequestHeaders.Accept.Add(new("application/json"));
    }

    /// <summary>One attempt, when it is its turn. The reply is the caller's to dispose.</summary>
    /// <param name="path">Path and query.</param>
    /// <param name="stop">Gives up.</param>
    public Task<SourceAnswer<ApiReply>> GetAsync(string path, CancellationToken stop) => _gate.PassAsync(
        async token =>
        {
            if (!_key.TryGet(out var key, out var problem))
            {
                _gate.Close(null, needsOperator: true);
                return SourceAnswer<ApiReply>.Failed(problem, needsOperator: true);
            }

            var body = new PageBuffer();
            try
            {
                return await SendAsync(path, key, body, token);
            }
            catch (Exception e) when (HttpTrouble.IsExpected(e, token) || e is InvalidDataException)
            {
                body.Dispose();
                if (HttpTrouble.IsUnreachable(e)) _gate.Close(null, needsOperator: false);
                return SourceAnswer<ApiReply>.Failed($"{_base}: {HttpTrouble.Describe(e)}");
            }
            catch
            {
                body.Dispose();
                throw;
            }
        },
        stop);

    public void Dispose()
    {
        _http.Dispose();
        _gate.Dispose();
    }

    private async Task<SourceAnswer<ApiReply>> SendAsync(string path, string key, PageBuffer body, CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(_timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
        using var request = new HttpRequestMessage(HttpMethod.Get, _base + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            await using var stream = await response.Content.ReadAsStreamAsync(either.Token);
            var isWhole = await body.ReadAsync(stream, LargestBody, either.Token);
            var retryAfter = RetryAfter.Read(response.Headers, _time.GetUtcNow());
            return Judge(path, key, (int)response.StatusCode, retryAfter, body, isWhole);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            throw new TimeoutException(FormattableString.Invariant($"no complete answer within {_timeout.TotalSeconds:0.###} s"));
        }
    }

    /// <summary>Disposes of the body, or hands it on.</summary>
    private SourceAnswer<ApiReply> Judge(string path, string key, int status, TimeSpan? retryAfter, PageBuffer body, bool isWhole)
    {
        var (meaning, words) = ApiAnswers.Of(status, retryAfter is not null);
        if (meaning == ApiMeaning.Ok && isWhole)
        {
            _gate.Answered();
            return SourceAnswer<ApiReply>.Of(new(body, null));
        }

        var said = ApiAnswers.Words(body.Written.Span, key);
        body.Dispose();
        if (!isWhole)
            return SourceAnswer<ApiReply>.Failed($"{_base}{path}: the answer is larger than {LargestBody / 1_000_000} MB; lower pageSize", needsOperator: true);
        var trouble = $"{_base}{path}: {words} (HTTP {status}{(said.Length > 0 ? ": " + said : "")})";
        switch (meaning)
        {
            case ApiMeaning.Refused:
                _gate.Answered();
                return SourceAnswer<ApiReply>.Of(ApiReply.Refused(trouble));
            case ApiMeaning.BadKey or ApiMeaning.NeedsOperator when status is 401 or 403 && _key.Renew(key):
                return SourceAnswer<ApiReply>.Failed(trouble, TimeSpan.Zero, needsOperator: true);
            case ApiMeaning.BadKey:
                _gate.Close(null, needsOperator: true);
                return SourceAnswer<ApiReply>.Failed(trouble, needsOperator: true);
            case ApiMeaning.TooMany:
                _gate.Close(retryAfter, needsOperator: false);
                return SourceAnswer<ApiReply>.Failed(trouble, retryAfter);
            default:
                return SourceAnswer<ApiReply>.Failed(trouble, retryAfter, meaning == ApiMeaning.NeedsOperator);
        }
    }
}
