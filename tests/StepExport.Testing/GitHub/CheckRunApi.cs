using System.Globalization;
using System.Text.Json;

namespace StepExport.Testing.GitHub;

/// <summary>Check runs over the API. Used under the store's lock.</summary>
internal sealed class CheckRunApi(FakeGitHubStore store, TimeProvider time)
{
    public GitHubReply List(string repository, string sha, FakeGitHubRequest request)
    {
        var found = store.CheckRunsOf(repository, sha, request["filter"] == "all")
            .Where(c => request["check_name"] is not { } name || c.Name == name)
            .Where(c => request["status"] is not { } status || c.Status == status)
            .Where(c => request["app_id"] is not { } app || app == c.AppId.ToString(CultureInfo.InvariantCulture))
            .ToList();
        return GitHubReply.Json(new { total_count = found.Count, check_runs = request.Page(found).Select(Shape) });
    }

    public GitHubReply Show(string repository, long id) => store.CheckRun(repository, id) is { } run ? GitHubReply.Json(Shape(run)) : GitHubReply.NotFound;

    public GitHubReply Create(string repository, string body) => Read(body, input =>
    {
        if (CheckRunInput.Problem(input, isNew: true) is { } problem) return GitHubReply.Unprocessable(problem);
        var sha = input.GetProperty("head_sha").GetString()!;
        if (!store.HasCommit(repository, sha)) return GitHubReply.Unprocessable($"No commit found for SHA: {sha}");
        var now = time.GetUtcNow();
        var run = CheckRunInput.Apply(new() { Id = store.NextId(), Repository = repository, HeadSha = sha, AppId = FakeApp.Id, StartedAt = now }, input, now);
        store.Put(run);
        return GitHubReply.Json(Shape(run), 201);
    });

    public GitHubReply Change(string repository, long id, string body) => Read(body, input =>
    {
        if (store.CheckRun(repository, id) is not { } run) return GitHubReply.NotFound;
        if (run.AppId != FakeApp.Id) return GitHubReply.Error(403, "Invalid app_id `4711` - check run can only be modified by the GitHub App that created it.");
        if (CheckRunInput.Problem(input, isNew: false) is { } problem) return GitHubReply.Unprocessable(problem);
        var changed = CheckRunInput.Apply(run, input, time.GetUtcNow()) with { Earlier = [.. run.Earlier, run with { Earlier = [] }] };
        store.Put(changed);
        return GitHubReply.Json(Shape(changed));
    });

    private static GitHubReply Read(string body, Func<JsonElement, GitHubReply> answer)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return answer(json.RootElement);
        }
        catch (JsonException)
        {
            return GitHubReply.Error(400, "Problems parsing JSON");
        }
    }

    private object Shape(FakeCheckRun run) => GitHubShapes.CheckRun(run, store.Pulls);
}
