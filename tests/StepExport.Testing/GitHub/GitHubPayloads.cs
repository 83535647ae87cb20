using System.Text.Json;

namespace StepExport.Testing.GitHub;

/// <summary>Bodies of web hooks, shaped as GitHub documents them. Used under the store's lock.</summary>
internal sealed class GitHubPayloads(FakeGitHubStore store)
{
    private static readonly string[] Events = ["check_run", "workflow_run"];

    /// <summary>A button on a check run: event <c>check_run</c>.</summary>
    public string Pressed(FakeCheckRun run, string identifier, string login) => JsonSerializer.Serialize(new
    {
        action = "requested_action",
        requested_action = new { identifier },
        check_run = GitHubShapes.CheckRun(run, store.Pulls),
        repository = GitHubShapes.Repository(run.Repository),
        installation = new { id = InstallationOf(run.Repository) },
        sender = GitHubShapes.User(login),
    });

    /// <summary>"Re-run" on a check run: event <c>check_run</c>.</summary>
    public string Rerequested(FakeCheckRun run, string login) => JsonSerializer.Serialize(new
    {
        action = "rerequested",
        check_run = GitHubShapes.CheckRun(run, store.Pulls),
        repository = GitHubShapes.Repository(run.Repository),
        installation = new { id = InstallationOf(run.Repository) },
        sender = GitHubShapes.User(login),
    });

    /// <summary>Event <c>workflow_run</c>.</summary>
    public string WorkflowRun(FakeRun run, string action) => JsonSerializer.Serialize(new
    {
        action,
        workflow_run = GitHubShapes.Run(run, run.PullRequest is { } number ? store.Pull(run.Repository, number) : null),
        workflow = new { id = 1, name = run.Name, path = run.Workflow, state = "active" },
        repository = GitHubShapes.Repository(run.Repository),
        installation = new { id = InstallationOf(run.Repository) },
        sender = GitHubShapes.User(run.Actor),
    });

    /// <summary>Event <c>ping</c>, which GitHub sends when a web hook is set up.</summary>
    public static string Ping() => JsonSerializer.Serialize(new
    {
        zen = "Keep it logically awesome.",
        hook_id = 1,
        hook = new { type = "App", id = 1, active = true, events = Events, app_id = FakeApp.Id },
    });

    private long InstallationOf(string repository) => store.Installation(repository.Split('/')[0])?.Id ?? 0;
}
