namespace StepExport.Sources.StepSecurity;

/// <summary>Whose detections: those of a tenant or of one organization.</summary>
internal sealed record FeedScope(bool IsCustomer, string Name)
{
    public static FeedScope OfCustomer(string name) => new(true, name);

    public static FeedScope OfOwner(string name) => new(false, name);

    /// <summary>As it stands in the checkpoint and in messages.</summary>
    public override string ToString() => (IsCustomer ? "customer " : "owner ") + Name;
}

/// <summary>One list of the API, which is read by itself.</summary>
/// <param name="Scope">Whose.</param>
/// <param name="Type">Value of <c>detection_id</c>; null = without that parameter.</param>
/// <param name="State">Value of <c>status</c>, or <see cref="IncidentState"/>.</param>
internal sealed record FeedKey(FeedScope Scope, string? Type, string State)
{
    /// <summary>Stands for the list of incidents, which has no state.</summary>
    public const string IncidentState = "incident";

    /// <summary>Nobody asked for this type by name, so the API may refuse it.</summary>
    public bool IsGuess { get; init; }

    public bool IsIncidents => State == IncidentState;

    /// <summary>A detection moves here from another list, and keeps its old time.</summary>
    public bool IsMovedTo => State is FeedPlan.Suppressed or FeedPlan.Resolved;

    /// <summary>What being in this list says of a record; null: nothing.</summary>
    public ImpliedMember? Implied => State switch
    {
        FeedPlan.Suppressed => ImpliedMember.IsSuppressed,
        FeedPlan.Resolved => ImpliedMember.IsResolved,
        IncidentState => ImpliedMember.ThreatIntelligence,
        _ => null,
    };

    /// <summary>The list of an organization's incidents.</summary>
    public static FeedKey Incidents(string owner) => new(FeedScope.OfOwner(owner), "Threat-Intelligence", IncidentState) { IsGuess = true };

    /// <summary>Path and query of one page.</summary>
    /// <param name="pageSize">Records wanted.</param>
    /// <param name="token">What the page before named; null = the first page.</param>
    public string Page(int pageSize, string? token)
    {
        var name = Uri.EscapeDataString(Scope.Name);
        if (IsIncidents) return token is null ? $"/v1/github/{name}/threat-intel/incidents" : $"/v1/github/{name}/threat-intel/incidents?next_token={Uri.EscapeDataString(token)}";
        var path = FormattableString.Invariant($"/v1/github/{(Scope.IsCustomer ? "customers/" : "")}{name}/actions/detections?status={State}&limit={pageSize}");
        if (Type is not null) path += $"&detection_id={Uri.EscapeDataString(Type)}";
        return token is null ? path : $"{path}&next_token={Uri.EscapeDataString(token)}";
    }

    public override string ToString() => $"{Scope}, {Type ?? "any type"}, {State}";
}
