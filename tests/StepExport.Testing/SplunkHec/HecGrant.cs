namespace StepExport.Testing.SplunkHec;

/// <summary>A token and what it may do.</summary>
internal sealed record HecGrant(string Token)
{
    /// <summary>Whether requests with this token get ack ids.</summary>
    public bool Acknowledgement { get; init; }

    /// <summary>The indexes it may write to; null = all.</summary>
    public IReadOnlyList<string>? Indexes { get; init; }

    /// <summary>Code 1.</summary>
    public bool IsDisabled { get; init; }

    public bool Allows(HecEvent hecEvent) => Indexes is null || hecEvent.Index is not { } index || Indexes.Contains(index);
}
