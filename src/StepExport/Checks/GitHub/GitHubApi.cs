using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using Octokit;
using Octokit.Internal;
using StepExport.Configuration;
using StepExport.Core.Checks;
using StepExport.Http;

namespace StepExport.Checks.GitHub;

/// <summary>What the program asks GitHub for, as the App. Every request once; what goes wrong is a <see cref="GitHubTroubleException"/>.</summary>
internal sealed class GitHubApi : IDisposable
{
    /// <summary>Of accounts and repositories.</summary>
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("-_.0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    private readonly GitHubConfig _config;
    private readonly TimeProvider _time;
    private readonly HttpClientAdapter _http;
    private readonly AppCredentials _credentials;
    private readonly GitHubClient _app;

    /// <summary>By account: an App is installed on an account, with all of its repositories or some.</summary>
    private readonly ConcurrentDictionary<string, Installation> _installations = new(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="IOException">A file of checks.gitHub.tls cannot be read.</exception>
    public GitHubApi(GitHubConfig config, TimeProvider time)
    {
        (_config, _time) = (config, time);
        _credentials = new(config.AppId, config.PrivateKey, time);
        _http = new(() => Handler(config));
        _http.SetRequestTimeout(config.Timeout.Value);
        _app = Client(_credentials);
    }

    /// <summary>The App's number, as far as it is one; check runs of others are left alone.</summary>
    private long? AppNumber => long.TryParse(_config.AppId, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Looks a run up, and whose pull request its commit is of.</summary>
    public Task<RunFacts> LookUpAsync(CheckKey key, CancellationToken stop) => AsInstalledAsync(key, $"looking up run {key}", async client =>
    {
        var (owner, name) = Parts(key);
        var run = await client.Actions.Workflows.Runs.Get(owner, name, long.Parse(key.RunId, CultureInfo.InvariantCulture));
        var pulls = await PullsAsync(client, owner, name, run);
        var pull = pulls.FirstOrDefault(p => p.IsHead) ?? pulls.FirstOrDefault();
        var people = pulls.Count > 0 ? pulls.Select(p => p.Author) : [run.Actor?.Login, run.TriggeringActor?.Login];
        return new RunFacts(
            run.HeadSha, run.HeadBranch, run.Name, pull?.Number, [.. people.OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase)], run.HtmlUrl);
    }, stop);

    /// <summary>Writes the check run.</summary>
    /// <param name="check">Looked up before.</param>
    /// <param name="content">What it says.</param>
    /// <param name="known">Its number, when it was written before.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>Its number.</returns>
    public Task<long> WriteAsync(Check check, CheckRunContent content, long? known, CancellationToken stop) => AsInstalledAsync(check.Key, $"writing the check run of {check.Key}", async client =>
    {
        var (owner, name) = Parts(check.Key);
        if (known is { } id && await UpdateAsync(client, owner, name, id, check, content)) return id;
        // A crash may have come between a creation and its number.
        if (await FindAsync(client, owner, name, check) is { } found && await UpdateAsync(client, owner, name, found, check, content)) return found;
        return (await client.Check.Run.Create(owner, name, content.ToNew(_config.CheckName, check, _time.GetUtcNow()))).Id;
    }, stop);

    /// <summary>Whether somebody is in a team.</summary>
    /// <exception cref="IOException">GitHub gave no answer.</exception>
    public async Task<bool> IsMemberAsync(string organization, string team, string login, CancellationToken stop)
    {
        var doing = $"asking whether {login} is in {organization}/{team}";
        var installation = await InstallationAsync(organization, () => _app.GitHubApps.GetOrganizationInstallationForCurrent(organization), doing, stop);
        return await AskAsync(organization, doing, async () =>
        {
            var found = await installation.Client.Organization.Team.GetByName(organization, team);
            try
            {
                return (await installation.Client.Organization.Team.GetMembershipDetails(found.Id, login)).State == MembershipState.Active;
            }
            catch (NotFoundException)
            {
                return false;
            }
        }, stop);
    }

    public void Dispose()
    {
        foreach (var installation in _installations.Values) installation.Credentials.Dispose();
        _http.Dispose();
    }

    private static SocketsHttpHandler Handler(GitHubConfig config)
    {
        var handler = HttpHandlers.Create(config.Tls, null, config.Timeout, maxConnections: 4);
        HttpProxy.Apply(handler, config.Proxy, null, null);
        return handler;
    }

    /// <summary>Names come from events, and become part of an address that is asked as the App.</summary>
    private static (string Owner, string Name) Parts(CheckKey key) =>
        key.Repository.Split('/') is [var owner, var name] && IsName(owner) && IsName(name) && long.TryParse(key.RunId, CultureInfo.InvariantCulture, out _)
            ? (owner, name)
            : throw new GitHubTroubleException(GitHubTrouble.ThisOne, $"{key} is no run that GitHub could have", null, null);

    private static bool IsName(string text) => text is not ("" or "." or "..") && !text.AsSpan().ContainsAnyExcept(NameCharacters);

    /// <returns>False when GitHub has it no longer.</returns>
    private async Task<bool> UpdateAsync(GitHubClient client, string owner, string name, long id, Check check, CheckRunContent content)
    {
        try
        {
            await client.Check.Run.Update(owner, name, id, content.ToUpdate(_config.CheckName, check, _time.GetUtcNow()));
            return true;
        }
        catch (NotFoundException)
        {
            return false;
        }
    }

    /// <summary>The pull requests of a run's commit. The run itself names none of forks, and the commit not all of them: those are found by their branch.</summary>
    private static async Task<List<Pull>> PullsAsync(GitHubClient client, string owner, string name, WorkflowRun run)
    {
        var ofCommit = await client.Repository.Commit.PullRequests(owner, name, run.HeadSha);
        if (ofCommit.Count > 0) return [.. ofCommit.Select(p => new Pull(p.Number, p.User?.Login, p.State == ItemState.Open && p.Head?.Sha == run.HeadSha))];
        if (run.HeadRepository?.Owner?.Login is not { } from || run.HeadBranch is null) return [];
        var ofBranch = await client.PullRequest.GetAllForRepository(owner, name, new PullRequestRequest { Head = $"{from}:{run.HeadBranch}", State = ItemStateFilter.All });
        return [.. ofBranch.Where(p => p.Head?.Sha == run.HeadSha || p.State == ItemState.Open).Select(p => new Pull(p.Number, p.User?.Login, p.State == ItemState.Open && p.Head?.Sha == run.HeadSha))];
    }

    private async Task<long?> FindAsync(GitHubClient client, string owner, string name, Check check)
    {
        var runs = await client.Check.Run.GetAllForReference(owner, name, check.Run!.HeadSha, new CheckRunRequest { CheckName = _config.CheckName, Filter = CheckRunCompletedAtFilter.All });
        return runs.CheckRuns.Where(run => run.ExternalId == check.Key.ToString() && (AppNumber is not { } app || run.App?.Id == app)).Max(run => (long?)run.Id);
    }

    private GitHubClient Client(ICredentialStore credentials)
    {
        return new(new Connection(
            new ProductHeaderValue("StepExport", Composition.Version), new Uri(_config.ApiUrl.TrimEnd('/') + "/"), credentials, _http, new SimpleJsonSerializer()));
    }

    private async Task<T> AsInstalledAsync<T>(CheckKey key, string doing, Func<GitHubClient, Task<T>> ask, CancellationToken stop)
    {
        var (owner, name) = Parts(key);
        var installation = await InstallationAsync(owner, () => _app.GitHubApps.GetRepositoryInstallationForCurrent(owner, name), doing, stop);
        return await AskAsync(owner, doing, () => ask(installation.Client), stop);
    }

    private async Task<Installation> InstallationAsync(string account, Func<Task<Octokit.Installation>> lookUp, string doing, CancellationToken stop)
    {
        if (_installations.TryGetValue(account, out var known)) return known;
        var found = await AskAsync(account, doing, lookUp, stop);
        var credentials = new InstallationCredentials(_app.GitHubApps, found.Id, _time);
        return _installations.GetOrAdd(account, new Installation(Client(credentials), credentials));
    }

    private async Task<T> AskAsync<T>(string account, string doing, Func<Task<T>> ask, CancellationToken stop)
    {
        try
        {
            // The library takes no token; an abandoned request ends by its timeout.
            return await ask().WaitAsync(stop);
        }
        catch (ApiException e)
        {
            var trouble = GitHubAnswers.Trouble(e, doing, _time.GetUtcNow());
            if (trouble.Kind is GitHubTrouble.NeedsOperator or GitHubTrouble.ThisOne) Forget(account);
            throw trouble;
        }
        catch (IOException e) when (e is not HttpIOException)
        {
            // The private key, or its file.
            throw new GitHubTroubleException(GitHubTrouble.NeedsOperator, $"{doing}: {e.Message}", null, e);
        }
        catch (Exception e) when (e is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            // The library throws all kinds of things at an answer that is not GitHub's, e.g. at the page of a proxy.
            throw GitHubAnswers.NoAnswer(e, doing);
        }
    }

    /// <summary>Tokens, keys and installations may have been changed by a person.</summary>
    private void Forget(string account)
    {
        _credentials.Forget();
        _installations.TryRemove(account, out _);
    }

    private sealed record Pull(int Number, string? Author, bool IsHead);

    private sealed record Installation(GitHubClient Client, InstallationCredentials Credentials);
}
