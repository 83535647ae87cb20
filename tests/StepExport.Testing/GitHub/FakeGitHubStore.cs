using System.Security.Cryptography;
using System.Text;

namespace StepExport.Testing.GitHub;

/// <summary>What the double knows. Every use holds <see cref="Lock"/>.</summary>
internal sealed class FakeGitHubStore
{
    private readonly Dictionary<string, FakeInstallation> _installations = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _repositories = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<(string Repository, string Sha)> _commits = [];
    private readonly Dictionary<long, FakeRun> _runs = [];
    private readonly List<FakePullRequest> _pulls = [];
    private readonly List<FakeTeam> _teams = [];
    private readonly List<FakeCheckRun> _checkRuns = [];
    private long _last = 9000;

    public Lock Lock { get; } = new();

    public IReadOnlyList<FakeTeam> Teams => _teams;

    public IReadOnlyList<FakePullRequest> Pulls => _pulls;

    public IReadOnlyList<FakeCheckRun> CheckRuns => _checkRuns;

    public long NextId() => ++_last;

    public FakeInstallation Install(string owner)
    {
        if (!_installations.TryGetValue(owner, out var installation)) _installations[owner] = installation = new(NextId(), owner);
        return installation;
    }

    public FakeInstallation? Installation(string owner) => _installations.GetValueOrDefault(owner);

    public FakeInstallation? Installation(long id) => _installations.Values.FirstOrDefault(i => i.Id == id);

    public void AddRepository(string repository)
    {
        Install(repository.Split('/')[0]);
        _repositories.Add(repository);
    }

    public void RemoveRepository(string repository) => _repositories.Remove(repository);

    public bool HasRepository(string repository) => _repositories.Contains(repository);

    public void AddCommit(string repository, string sha) => _commits.Add((repository.ToLowerInvariant(), sha.ToLowerInvariant()));

    public bool HasCommit(string repository, string sha) => _commits.Contains((repository.ToLowerInvariant(), sha.ToLowerInvariant()));

    public void Put(FakeRun run)
    {
        AddRepository(run.Repository);
        AddCommit(run.Repository, run.HeadSha);
        _runs[run.Id] = run;
    }

    public FakeRun? Run(string repository, long id) =>
        _runs.TryGetValue(id, out var run) && run.Repository.Equals(repository, StringComparison.OrdinalIgnoreCase) ? run : null;

    /// <summary>A pull request that is known already gets the new head.</summary>
    public void Put(FakePullRequest pull)
    {
        _pulls.RemoveAll(p => p.Repository == pull.Repository && p.Number == pull.Number);
        _pulls.Add(pull);
    }

    public FakePullRequest? Pull(string repository, int number) =>
        _pulls.FirstOrDefault(p => p.Number == number && p.Repository.Equals(repository, StringComparison.OrdinalIgnoreCase));

    public void Add(FakeTeam team)
    {
        Install(team.Organization);
        _teams.RemoveAll(t => t.Organization == team.Organization && t.Slug == team.Slug);
        _teams.Add(team);
    }

    public FakeCheckRun? CheckRun(string repository, long id) =>
        _checkRuns.FirstOrDefault(c => c.Id == id && c.Repository.Equals(repository, StringComparison.OrdinalIgnoreCase));

    /// <summary>Newest first; the latest of each name and App only, unless all are wanted.</summary>
    public IReadOnlyList<FakeCheckRun> CheckRunsOf(string repository, string sha, bool all = false)
    {
        var found = _checkRuns.Where(c => c.Repository.Equals(repository, StringComparison.OrdinalIgnoreCase) && c.HeadSha.Equals(sha, StringComparison.OrdinalIgnoreCase))
            .OrderByDescending(c => c.Id);
        return all ? [.. found] : [.. found.DistinctBy(c => (c.Name, c.AppId))];
    }

    public void Put(FakeCheckRun run)
    {
        var place = _checkRuns.FindIndex(c => c.Id == run.Id);
        if (place < 0) _checkRuns.Add(run);
        else _checkRuns[place] = run;
    }

    public static string ShaOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..40];
}
