namespace StepExport.Testing.SplunkHec;

/// <summary>What a <see cref="FakeHecServer"/> does out of the ordinary. Thread-safe.</summary>
internal sealed class HecScript
{
    private readonly Lock _lock = new();
    private readonly List<(Func<HecEvent, bool> Which, int Code)> _refusals = [];
    private readonly HecQueue<HecReply> _replies = new();
    private volatile HecStorm? _storm;

    /// <summary>Answers to polls for acknowledgements.</summary>
    public HecQueue<HecReply> Acks { get; } = new();

    /// <summary>Answers of the health endpoint; they go before <see cref="Always"/>.</summary>
    public HecQueue<HecReply> Health { get; } = new();

    /// <summary>What becomes of each accepted request.</summary>
    public HecQueue<HecFate> Fates { get; } = new();

    /// <summary>What becomes of the events before an offender: indexed unless this says otherwise.</summary>
    public HecQueue<HecFate> PrefixFates { get; } = new();

    /// <summary>Random trouble wherever nothing is scripted; null = fair weather.</summary>
    public HecStorm? Storm { get => _storm; set => _storm = value; }

    /// <summary>One answer per request to come, polls for acknowledgements apart, in this order; then again as usual.</summary>
    public void Next(params ReadOnlySpan<HecReply> replies) => _replies.Next(replies);

    /// <summary>Every request but polls for acknowledgements gets this, until null takes it back.</summary>
    public void Always(HecReply? reply) => _replies.Always(reply);

    /// <summary>Events that Splunk refuses: those before it in the request are indexed, it and those behind it are not.</summary>
    /// <param name="which">The offenders.</param>
    /// <param name="code">6, 12, 13, 15 name the offender; 7 names the object behind it.</param>
    public void Refuse(Func<HecEvent, bool> which, int code)
    {
        lock (_lock) _refusals.Add((which, code));
    }

    public HecReply? TakeReply(HecReceived request) => request.Target switch
    {
        HecPath.Ack => Acks.Take() ?? _storm?.DrawAckReply(),
        HecPath.Health => Health.Take() ?? _replies.Take(),
        HecPath.Event or HecPath.Raw => _replies.Take() ?? _storm?.DrawReply(request),
        _ => _replies.Take(),
    };

    /// <param name="isAwaited">The sender gets an ack id.</param>
    public HecFate TakeFate(bool isAwaited) => Fates.Take() ?? _storm?.DrawFate(isAwaited) ?? HecFate.Indexed;

    /// <param name="hecEvent">One that is well-formed.</param>
    /// <param name="isFirst">Nothing was taken so far.</param>
    public int? RefusalOf(HecEvent hecEvent, bool isFirst)
    {
        lock (_lock)
        {
            foreach (var (which, code) in _refusals)
            {
                if (which(hecEvent)) return code;
            }
        }

        return _storm?.RefusalOf(hecEvent, isFirst);
    }
}
