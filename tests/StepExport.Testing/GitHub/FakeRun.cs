namespace StepExport.Testing.GitHub;

/// <summary>A workflow run.</summary>
internal sealed record FakeRun
{
    public required string Repository { get; init; }

    public required long Id { get; init; }

    public required string HeadSha { get; init; }

    public required string HeadBranch { get; init; }

    public required string Name { get; init; }

    public required string Workflow { get; init; }

    public required string Event { get; init; }

    public required string Actor { get; init; }

    /// <summary>Where the commit lives: another one than <see cref="Repository"/> for a fork.</summary>
    public required string HeadRepository { get; init; }

    public string Status { get; init; } = "completed";

    public string? Conclusion { get; init; } = "success";

    public int? PullRequest { get; init; }
}

/// <summary>A pull request.</summary>
internal sealed record FakePullRequest
{
    public required string Repository { get; init; }

    public required int Number { get; init; }

    public required string Title { get; init; }

    public required string Author { get; init; }

    public required string HeadSha { get; init; }

    public required string HeadBranch { get; init; }

    public required string HeadRepository { get; init; }

    public string State { get; init; } = "open";
}

/// <summary>A team of an organization.</summary>
internal sealed record FakeTeam(long Id, string Organization, string Slug, IReadOnlyList<string> Members)
{
    /// <summary>Who has not yet accepted: GitHub calls that membership pending.</summary>
    public IReadOnlyList<string> Invited { get; init; } = [];
}
