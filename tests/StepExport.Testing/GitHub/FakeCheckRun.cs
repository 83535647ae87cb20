namespace StepExport.Testing.GitHub;

/// <summary>A check run, as it is now.</summary>
internal sealed record FakeCheckRun
{
    public required long Id { get; init; }

    public required string Repository { get; init; }

    public required string HeadSha { get; init; }

    /// <summary>The App that made it; nobody else may change it.</summary>
    public required long AppId { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public string Name { get; init; } = "";

    public string? ExternalId { get; init; }

    public string Status { get; init; } = "queued";

    public string? Conclusion { get; init; }

    public string? DetailsUrl { get; init; }

    public string? Title { get; init; }

    public string? Summary { get; init; }

    public string? Text { get; init; }

    public IReadOnlyList<FakeAction> Actions { get; init; } = [];

    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>What it was before, oldest first.</summary>
    public IReadOnlyList<FakeCheckRun> Earlier { get; init; } = [];

    /// <summary>What it was and is, oldest first.</summary>
    public IReadOnlyList<FakeCheckRun> Versions => [.. Earlier, this];
}

/// <summary>A button on a check run.</summary>
internal sealed record FakeAction(string Label, string Description, string Identifier);
