namespace StepExport.Testing.SplunkHec;

/// <summary>Splunk's side of the conversation: who may send, what is accepted, what is answered. No HTTP in here.</summary>
internal sealed class HecCollector(HecServerOptions options, HecScript script) : IDisposable
{
    private static readonly HecReply NotFound = new(404) { Page = "" };
    private static readonly HecReply MethodNotAllowed = new(405) { Page = "" };

    private readonly Lock _lock = new();
    private readonly HecPool _pool = new(options.Indexers, options.IsSticky);

    public HecTokens Tokens { get; } = new(options);

    /// <summary>One request after the other, so that the order in the index is the order of the answers.</summary>
    public HecAnswer Answer(HecReceived request)
    {
        lock (_lock)
        {
            var scripted = script.TakeReply(request);
            var (indexer, cookie) = _pool.Route(request, scripted?.MovesSession ?? false);
            var answer = scripted is { IndexFirst: false } ? new(scripted) : Usual(request, indexer);
            if (scripted is { IndexFirst: true }) answer = answer.ReplacedBy(scripted);
            return cookie is null ? answer : answer with { SetCookie = $"{HecPool.CookieName}={cookie}" };
        }
    }

    public void MoveSessions()
    {
        lock (_lock) _pool.MoveAll();
    }

    public void RestartIndexer(int indexer)
    {
        lock (_lock) _pool.Restart(indexer);
    }

    public void Dispose()
    {
        lock (_lock) _pool.Dispose();
    }

    private HecAnswer Usual(HecReceived request, HecIndexer indexer)
    {
        var path = request.Target;
        if (path == HecPath.Unknown) return new(NotFound);
        if (path == HecPath.Health) return new(request.Method == "GET" ? HecReply.Of(17) : MethodNotAllowed);
        if (request.Method != "POST") return new(MethodNotAllowed);
        var (grant, refusal) = Tokens.Of(request);
        if (grant is null) return new(refusal!);
        var needsChannel = options.NeedsChannel || grant.Acknowledgement || path is HecPath.Raw or HecPath.Ack;
        if (request.Channel.Length == 0 && needsChannel) return new(HecReply.Of(10));
        var channel = Guid.Empty;
        if (request.Channel.Length > 0 && !Guid.TryParse(request.Channel, out channel)) return new(HecReply.Of(11));
        if (RefuseBody(request) is { } refused) return new(refused);
        var intake = new HecIntake(options, script, indexer, grant, channel);
        return path switch
        {
            HecPath.Ack => intake.Poll(request.Plain()),
            HecPath.Raw => intake.AcceptRaw(request.Plain(), request.Query),
            _ => intake.Accept(request.Plain()),
        };
    }

    private HecReply? RefuseBody(HecReceived request)
    {
        if (request.Encoding is not ("" or "gzip")) return new(415) { Page = "" };
        return request.Wire.Length > options.MaxWireBytes ? new HecReply(413) { Page = "" } : null;
    }
}
