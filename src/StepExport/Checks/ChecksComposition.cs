using StepExport.Checks.GitHub;
using StepExport.Checks.GitHub.Webhook;
using StepExport.Configuration;
using StepExport.Core.Checks;
using StepExport.Core.Checks.Records;
using StepExport.Core.Journal;
using StepExport.Core.Telemetry;

namespace StepExport.Checks;

/// <summary>The part of the object graph that checks are made of.</summary>
internal static class ChecksComposition
{
    /// <returns>Null when the configuration has no checks.</returns>
    /// <exception cref="IOException">The store, the keys of the cookies or a file of the configuration cannot be read or written.</exception>
    public static RunningChecks? Build(ExportConfig all, SegmentJournal journal, TimeProvider time, ILoggerFactory loggers)
    {
        if (all.Checks is not { } config) return null;
        var store = CheckStore.Open(new() { Path = all.ChecksFile, Rules = config.Rules.ToRules(), Settle = config.GitHub?.Settle.Value }, time);
        GitHubApi? api = null;
        try
        {
            if (store.IsNew)
            {
                // Whatever the journal still holds makes the checks anew.
                journal.ForgetCursor(ChecksRules.SinkName);
                store.Begun();
            }

            api = config.GitHub is { } gitHub ? new(gitHub, time) : null;
            Func<string, string, string, CancellationToken, Task<bool>>? isMember = api is null ? null : new TeamMemory(api.IsMemberAsync, time).IsMemberAsync;
            var approvals = new Approvals(store, config.Approvers, isMember, hasGitHub: api is not null, loggers.CreateLogger<Approvals>());
            var operators = new Operators(config.SignIn.Operators, time, loggers.CreateLogger<Operators>());
            var reporter = api is null ? null : Reporter(config, store, api, time, loggers);
            GitHubWebhook? webhook = config.GitHub?.Webhook is null ? null : new(config.GitHub, store, approvals, time, loggers);
            return new()
            {
                Store = store,
                Keep = config.Keep.Value,
                Sink = new(ChecksRules.SinkName, new CheckSinkConfig { Type = ChecksRules.SinkName }, new CheckSinkFactory(store)),
                Publisher = new(store, journal, new CheckRecords(), time, loggers.CreateLogger<CheckPublisher>()),
                Look = new(store, approvals, reporter is null ? null : () => StatusOf(reporter.Metrics, webhook?.Metrics), time),
                Api = new(store, approvals, operators),
                Web = new(store, approvals, operators, config, all.CheckKeysFolder, time, loggers),
                GitHub = api,
                Reporter = reporter,
                Webhook = webhook,
                Time = time,
                Logger = loggers.CreateLogger<RunningChecks>(),
            };
        }
        catch
        {
            api?.Dispose();
            store.Dispose();
            throw;
        }
    }

    private static CheckReporter Reporter(ChecksConfig config, CheckStore store, GitHubApi api, TimeProvider time, ILoggerFactory loggers) => new(
        store, api, new(config.PublicUrl, hasButton: config.GitHub!.Webhook is not null), config.GitHub.Retry, new(time), time, loggers.CreateLogger<CheckReporter>());

    private static GitHubStatus StatusOf(GitHubMetrics reports, GitHubWebhookMetrics? deliveries) => new(
        reports.Health, reports.Reported, reports.Retried, reports.Pauses, [.. (deliveries?.RequestsByCode ?? []).OrderBy(request => request.Key).Select(request => (request.Key, request.Value))])
    {
        Webhook = deliveries?.Health,
    };
}
