using StepExport.Core.Ingest;
using StepExport.Core.Telemetry;

namespace StepExport.Sources.StepSecurity;

/// <summary>Reads the API's lists side by side: one feed for each, a bounded number of requests at a time.</summary>
internal sealed class StepSecuritySource(FeedParts parts, SourceMetrics metrics) : ISource
{
    private readonly IReadOnlyList<FeedKey> _plan = FeedPlan.Of(parts.Config);

    /// <exception cref="IOException">Journal or dead letters failed; with <c>--once</c>: a list could not be read to its end.</exception>
    public async Task RunAsync(Ingress ingress, CancellationToken stop)
    {
        await Task.Yield();
        ingress.Checkpoint = parts.Progress.Encode;
        using var checkpoint = new CheckpointWriter(ingress, parts.Time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var guesses = new Guesses(_plan, parts.Health);
        Feed Make(FeedKey key) => new(key, parts, guesses, ingress, checkpoint.Moved);
        var incidents = new IncidentFeeds(parts, Make);
        try
        {
            var reading = ReadAsync([.. _plan.Select(key => Make(key).RunAsync(end.Token)), incidents.RunAsync(end.Token)], end);
            await Task.WhenAll(reading, checkpoint.RunAsync(end, stop));
            await checkpoint.WriteAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // What is not durable yet is read again from the checkpoint
            return;
        }

        // A run that ends must not look complete when it is not
        if (metrics.Health.Current is { Ok: false, Reason: { } reason }) throw new IOException(reason);
    }

    public async Task<CheckResult> CheckAsync(CancellationToken cancellationToken)
    {
        var first = _plan[0];
        var answer = await parts.Client.GetAsync(first.Page(pageSize: 1, token: null), cancellationToken);
        using var reply = answer.Value;
        if ((answer.Trouble ?? reply!.Refusal ?? reply.ReadPage(first.Implied)) is { } trouble) return new(false, trouble);
        var scopes = string.Join(", ", _plan.Select(key => key.Scope).Distinct());
        return new(true, FormattableString.Invariant($"the key is accepted; {_plan.Count} lists of {scopes} are read every {parts.Config.PollInterval}"));
    }

    public ValueTask DisposeAsync()
    {
        parts.Client.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Waits for all of them. One that fails takes the others with it: only a bug or the journal can do that to it.</summary>
    private static async Task ReadAsync(IEnumerable<Task> feeds, CancellationTokenSource end)
    {
        try
        {
            await Task.WhenAll(feeds.Select(async feed =>
            {
                try
                {
                    await feed;
                }
                catch
                {
                    await end.CancelAsync();
                    throw;
                }
            }));
        }
        finally
        {
            await end.CancelAsync();
        }
    }
}
