namespace StepExport.Sources.StepSecurity;

/// <summary>Starts a feed of threat-intelligence incidents for every organization, also for those that join the tenant later.</summary>
internal sealed class IncidentFeeds(FeedParts parts, Func<FeedKey, Feed> make)
{
    private const string Part = "organizations";
    private readonly Dictionary<string, Task> _feeds = new(StringComparer.OrdinalIgnoreCase);

    public async Task RunAsync(CancellationToken stop)
    {
        if (!parts.Config.ThreatIntelligence.Enabled) return;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        foreach (var owner in parts.Config.Owners ?? []) Start(owner, end.Token);
        try
        {
            if (parts.Config.Customer is { } customer) await FollowAsync(customer, end.Token);
            await Task.WhenAll(_feeds.Values);
        }
        finally
        {
            await end.CancelAsync();
            await Task.WhenAll(_feeds.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FollowAsync(string customer, CancellationToken stop)
    {
        while (true)
        {
            using (var reply = await parts.Retry.UntilAnsweredAsync(Part, token => AskAsync(customer, token), stop))
            {
                foreach (var owner in OrganizationList.Read(reply.Body) ?? []) Start(owner, stop);
            }

            if (parts.Once) return;
            var pause = Task.Delay(parts.Config.SweepInterval, parts.Time, stop);
            // A feed that ends has failed
            await await Task.WhenAny([pause, .. _feeds.Values]);
        }
    }

    private async Task<SourceAnswer<ApiReply>> AskAsync(string customer, CancellationToken stop)
    {
        var answer = await parts.Client.GetAsync($"/v1/{Uri.EscapeDataString(customer)}/github/organizations", stop);
        if (answer.Value is not { } reply) return answer;
        var trouble = reply.Refusal ?? (OrganizationList.Read(reply.Body) is null ? "the answer has no list of organizations" : null);
        if (trouble is null) return answer;
        reply.Dispose();
        return SourceAnswer<ApiReply>.Failed($"{trouble}; detections are read all the same, threat intelligence is not", needsOperator: true);
    }

    private void Start(string owner, CancellationToken stop)
    {
        if (!_feeds.ContainsKey(owner)) _feeds.Add(owner, make(FeedKey.Incidents(owner)).RunAsync(stop));
    }
}
