namespace StepExport.Testing.SplunkHec;

/// <summary>An answer and what the sender learns from it.</summary>
internal sealed record HecAnswer(HecReply Reply)
{
    /// <summary>What the request brought; empty when nothing was accepted.</summary>
    public IReadOnlyList<HecEvent> Events { get; init; } = [];

    /// <summary>Accepted, and this answer carries the ack id.</summary>
    public HecParcel? Awaited { get; init; }

    /// <summary>What this answer says is indexed.</summary>
    public IReadOnlyList<HecParcel> Confirms { get; init; } = [];

    /// <summary>Cookie to set; null = the sender has a good one, or needs none.</summary>
    public string? SetCookie { get; init; }

    /// <summary>The answer that goes out when the script has one of its own.</summary>
    public HecAnswer ReplacedBy(HecReply scripted)
    {
        // Nothing can be accepted with a hint that was not accepted.
        if (scripted is { Status: 200, Cut: false, Page: null })
            return Reply.Status == 200 ? this with { Reply = scripted with { AckId = Reply.AckId, Acks = Reply.Acks } } : this;
        Unheard();
        return new(scripted) { Events = Events };
    }

    /// <summary>The sender will never see it.</summary>
    public void Unheard()
    {
        Awaited?.CannotBeConfirmed();
        foreach (var parcel in Confirms) parcel.CannotBeConfirmed();
    }
}
