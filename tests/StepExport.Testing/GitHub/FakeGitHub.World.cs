namespace StepExport.Testing.GitHub;

internal sealed partial class FakeGitHub
{
    /// <summary>The App at an owner; it is installed there when it was not.</summary>
    public FakeInstallation Installation(string owner)
    {
        lock (_store.Lock) return _store.Install(owner);
    }

    /// <summary>Installs the App on <c>owner/repo</c>.</summary>
    public void AddRepository(string repository)
    {
        lock (_store.Lock) _store.AddRepository(repository);
    }

    /// <summary>The App is no longer installed on <c>owner/repo</c>.</summary>
    public void RemoveRepository(string repository)
    {
        lock (_store.Lock) _store.RemoveRepository(repository);
    }

    /// <summary>A workflow run, its commit and, when it has a number, its pull request, whose head moves there.</summary>
    /// <param name="repository"><c>owner/repo</c>; the App gets installed on it.</param>
    /// <param name="id">Number of the run.</param>
    /// <param name="headSha">40 hexadecimal digits; made from repository and branch when left out, so that the runs of a branch share it.</param>
    /// <param name="actor">Who started it.</param>
    /// <param name="pullRequest">Number of the pull request; null = a push.</param>
    /// <param name="author">Who opened the pull request; the actor when left out.</param>
    /// <param name="fork">Whether the commit lives in the author's fork: then the run names no pull request.</param>
    /// <param name="branch">Head branch.</param>
    /// <param name="workflow">Path of the workflow.</param>
    /// <param name="title">Of the pull request.</param>
    public FakeRun AddRun(
        string repository, long id, string? headSha = null, string actor = "jane", int? pullRequest = null, string? author = null, bool fork = false,
        string branch = "feature", string workflow = ".github/workflows/ci.yml", string title = "Add a feature")
    {
        author ??= actor;
        var head = fork ? $"{author}/{repository.Split('/')[1]}" : repository;
        var run = new FakeRun
        {
            Repository = repository,
            Id = id,
            HeadSha = headSha ?? FakeGitHubStore.ShaOf($"{repository} {branch}"),
            HeadBranch = branch,
            Name = "CI",
            Workflow = workflow,
            Event = pullRequest is null ? "push" : "pull_request",
            Actor = actor,
            HeadRepository = head,
            PullRequest = pullRequest,
        };
        lock (_store.Lock)
        {
            _store.Put(run);
            if (pullRequest is { } number)
            {
                _store.Put(new FakePullRequest
                {
                    Repository = repository,
                    Number = number,
                    Title = title,
                    Author = author,
                    HeadSha = run.HeadSha,
                    HeadBranch = branch,
                    HeadRepository = head,
                });
            }
        }

        return run;
    }

    /// <summary>A further pull request, e.g. a second one with the same head commit.</summary>
    public void AddPullRequest(FakePullRequest pull)
    {
        lock (_store.Lock)
        {
            _store.AddCommit(pull.Repository, pull.HeadSha);
            _store.Put(pull);
        }
    }

    /// <summary>A team, e.g. <c>acme/security</c>; one of the same name is replaced.</summary>
    public FakeTeam AddTeam(string team, params string[] members)
    {
        lock (_store.Lock)
        {
            var added = new FakeTeam(_store.NextId(), team.Split('/')[0], team.Split('/')[1], members);
            _store.Add(added);
            return added;
        }
    }

    /// <summary>Replaces a team, e.g. to invite people.</summary>
    public void AddTeam(FakeTeam team)
    {
        lock (_store.Lock) _store.Add(team);
    }

    /// <summary>A check run of another App.</summary>
    public FakeCheckRun AddForeignCheckRun(string repository, string headSha, string name, string conclusion = "success")
    {
        lock (_store.Lock)
        {
            var now = _time.GetUtcNow();
            var run = new FakeCheckRun
            {
                Id = _store.NextId(),
                Repository = repository,
                HeadSha = headSha,
                AppId = FakeApp.Id + 1,
                Name = name,
                Status = "completed",
                Conclusion = conclusion,
                StartedAt = now,
                CompletedAt = now,
            };
            _store.Put(run);
            return run;
        }
    }
}
