using System.Net;

namespace StepExport.Testing.SplunkHec;

/// <summary>A collector without network: the sink's requests go straight to it, so that thousands of conversations fit into a test.</summary>
/// <param name="options">The collector's.</param>
/// <param name="script">Its faults.</param>
internal sealed class HecWire(HecServerOptions options, HecScript script) : HttpMessageHandler
{
    private readonly Lock _lock = new();
    private readonly HecCollector _collector = new(options, script);
    private readonly List<HecReceived> _received = [];
    private int _requests;

    public HecScript Script => script;

    public HecIndex Index => options.Index;

    public HecCollector Collector => _collector;

    /// <summary>Connections are refused.</summary>
    public bool IsDown { get; set; }

    /// <summary>Requests so far.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Requests so far, where the options keep them.</summary>
    public IReadOnlyList<HecReceived> Received
    {
        get { lock (_lock) return [.. _received]; }
    }

    /// <summary>Batches that came in.</summary>
    public IReadOnlyList<HecReceived> Posts => [.. Received.Where(r => r.Target == HecPath.Event)];

    /// <summary>Questions about acknowledgements that came in.</summary>
    public IReadOnlyList<HecReceived> Polls => [.. Received.Where(r => r.Target == HecPath.Ack)];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (IsDown) throw new HttpRequestException(HttpRequestError.ConnectionError, "Connection refused");
        var received = await ReadAsync(request, cancellationToken);
        Interlocked.Increment(ref _requests);
        if (options.KeepsRequests)
        {
            lock (_lock) _received.Add(received);
        }

        var answer = _collector.Answer(received);
        if (!answer.Reply.Until.IsCompleted) answer.Unheard();
        try
        {
            await answer.Reply.Until.WaitAsync(cancellationToken);
        }
        finally
        {
            if (cancellationToken.IsCancellationRequested) answer.Unheard();
        }

        if (answer.Reply.Cut) throw new HttpRequestException(HttpRequestError.ResponseEnded, "Connection reset");
        foreach (var parcel in answer.Confirms) Index.Confirm(parcel);
        return Response(answer);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _collector.Dispose();
        base.Dispose(disposing);
    }

    private static async Task<HecReceived> ReadAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        var uri = request.RequestUri!;
        var query = uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(q => q.Split('=', 2)).ToDictionary(q => q[0], q => Uri.UnescapeDataString(q[1]));
        var encoding = request.Content?.Headers.ContentEncoding.SingleOrDefault() ?? "";
        return new(request.Method.Method, uri.Authority, uri.AbsolutePath, Header(request, "Authorization"), Header(request, "X-Splunk-Request-Channel"), encoding, Header(request, "User-Agent"), body.Length, body)
        {
            Query = query,
            Cookies = Header(request, "Cookie").Split("; ", StringSplitOptions.RemoveEmptyEntries).Select(c => c.Split('=', 2)).ToDictionary(c => c[0], c => c[1]),
        };
    }

    private static HttpResponseMessage Response(HecAnswer answer)
    {
        var response = new HttpResponseMessage((HttpStatusCode)answer.Reply.Status) { Content = new StringContent(answer.Reply.Body()) };
        if (answer.Reply.RetryAfter is not null) response.Headers.TryAddWithoutValidation("Retry-After", answer.Reply.RetryAfter);
        if (answer.SetCookie is not null) response.Headers.TryAddWithoutValidation("Set-Cookie", answer.SetCookie + "; Path=/; HttpOnly");
        return response;
    }

    private static string Header(HttpRequestMessage request, string name) =>
        request.Headers.TryGetValues(name, out var values) ? string.Join(' ', values) : "";
}
