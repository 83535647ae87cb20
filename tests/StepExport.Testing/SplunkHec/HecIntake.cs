namespace StepExport.Testing.SplunkHec;

/// <summary>What one indexer does with one request of a sender that may send.</summary>
internal readonly struct HecIntake(HecServerOptions options, HecScript script, HecIndexer indexer, HecGrant grant, Guid channel)
{
    public HecAnswer Poll(byte[] body)
    {
        if (!grant.Acknowledgement) return new(HecReply.Of(14));
        if (HecAckQuery.Read(body) is not { } ids) return new(HecReply.Of(6));
        var (acks, confirmed) = indexer.Poll(channel, ids);
        return new(new(200) { Acks = acks }) { Confirms = confirmed };
    }

    public HecAnswer Accept(byte[] body)
    {
        if (body.Length > options.MaxPlainBytes) return new(HecReply.Of(6) with { InvalidEvent = 0 });
        var (events, broken) = HecEvent.ReadAll(body);
        if (events.Count == 0 && !broken) return new(HecReply.Of(5));
        if (IsFull) return new(HecReply.Of(27));
        for (var i = 0; i < events.Count; i++)
        {
            events[i] = events[i] with { Token = grant.Token };
            // Splunk answers success and yet indexes neither this object nor those behind it.
            if (events[i].HasUnknownKey) return Accepted(events[..i], dropped: events[i..]);
            if (RefusalOf(events[i], isFirst: i == 0) is { } code)
                return AcceptedBefore(HecReply.Of(code) with { InvalidEvent = code == 7 ? i + 1 : i }, events[..i]);
        }

        return broken ? AcceptedBefore(HecReply.Of(6) with { InvalidEvent = events.Count }, events) : Accepted(events, dropped: []);
    }

    /// <summary>The raw endpoint takes a body as a whole or not at all, and names no event.</summary>
    public HecAnswer AcceptRaw(byte[] body, IReadOnlyDictionary<string, string> query)
    {
        if (body.Length > options.MaxPlainBytes) return new(HecReply.Of(6));
        var events = HecEvent.ReadRaw(body, query, options.BreaksRawLines);
        if (events.Count == 0) return new(HecReply.Of(5));
        if (IsFull) return new(HecReply.Of(27));
        for (var i = 0; i < events.Count; i++)
        {
            events[i] = events[i] with { Token = grant.Token };
            if (RefusalOf(events[i], isFirst: true) is { } code) return new(HecReply.Of(code));
        }

        return Accepted(events, dropped: []);
    }

    private bool IsFull => grant.Acknowledgement && indexer.Pending(channel) >= options.MaxPendingAcks;

    private int? RefusalOf(HecEvent hecEvent, bool isFirst) => hecEvent.Refusal()
        ?? script.RefusalOf(hecEvent, isFirst && options.Index.Accepted == 0)
        ?? (grant.Allows(hecEvent) ? null : 7);

    private HecAnswer Accepted(List<HecEvent> events, List<HecEvent> dropped)
    {
        var parcel = Parcel(events, script.TakeFate(grant.Acknowledgement)).Accept(isAwaited: grant.Acknowledgement);
        if (dropped.Count > 0) Parcel(dropped, HecFate.Lost).Accept(isAwaited: false);
        if (!grant.Acknowledgement) return new(HecReply.Success) { Events = events, Confirms = [parcel] };
        return new(HecReply.Success with { AckId = indexer.Await(channel, parcel) }) { Events = events, Awaited = parcel };
    }

    /// <summary>A refused request leaves what stands before the offender. There is no ack id for it: with acknowledgement the sender
    /// never hears more of it than this answer.</summary>
    private HecAnswer AcceptedBefore(HecReply refusal, List<HecEvent> events)
    {
        if (events.Count == 0) return new(refusal);
        var parcel = Parcel(events, script.PrefixFates.Take() ?? HecFate.Indexed).Accept(isAwaited: false);
        if (!grant.Acknowledgement) return new(refusal) { Events = events, Confirms = [parcel] };
        parcel.CannotBeConfirmed();
        return new(refusal) { Events = events };
    }

    private HecParcel Parcel(IReadOnlyList<HecEvent> events, HecFate fate) => new(options.Index, events, fate, options.Time);
}
