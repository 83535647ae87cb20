namespace StepExport.Testing.SplunkHec;

/// <summary>What a <see cref="FakeHecServer"/> does out of the ordinary. Thread-safe.</summary>
internal sealed class HecScript
{
    private readonly Lock _lock = new();
    private readonly Queue<HecReply> _next = new();
    private readonly List<(Func<HecEvent, bool> Which, int Code)> _refusals = [];
    private HecReply? _always;

    /// <summary>One answer per request to come, in this order; then again as usual.</summary>
    public void Next(params ReadOnlySpan<HecReply> replies)
    {
        lock (_lock)
        {
            foreach (var reply in replies) _next.Enqueue(reply);
        }
    }

    /// <summary>Every request gets this, until null takes it back.</summary>
    public void Always(HecReply? reply)
    {
        lock (_lock) _always = reply;
    }

    /// <summary>Events that Splunk refuses: those before it in the request are indexed, it and those behind it are not.</summary>
    /// <param name="which">The offenders.</param>
    /// <param name="code">6, 12, 13, 15 name the offender; 7 names the object behind it.</param>
    public void Refuse(Func<HecEvent, bool> which, int code)
    {
        lock (_lock) _refusals.Add((which, code));
    }

    public HecReply? TakeReply()
    {
        lock (_lock) return _next.TryDequeue(out var reply) ? reply : _always;
    }

    public int? RefusalOf(HecEvent hecEvent)
    {
        lock (_lock)
        {
            foreach (var (which, code) in _refusals)
            {
                if (which(hecEvent)) return code;
            }

            return null;
        }
    }
}
