using System.Text;
using StepExport.Core.Telemetry;
using StepExport.Http;

namespace StepExport.Sinks.SplunkHec;

/// <summary>Asks every collector with every token whether it would take events, without writing one.</summary>
/// <param name="clients">The endpoints; not owned.</param>
/// <param name="routes">The tokens.</param>
/// <param name="acknowledgement">As configured: off, auto or required.</param>
/// <param name="time">For the patience with one endpoint.</param>
internal sealed class HecProbe(IReadOnlyList<HecClient> clients, IReadOnlyList<HecRoute> routes, string acknowledgement, TimeProvider time)
{
    /// <summary>Below that of <c>check</c>, so that one silent endpoint does not hide what the others said.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    public async Task<CheckResult> RunAsync(CancellationToken cancellationToken)
    {
        var findings = (await Task.WhenAll(clients.Select(c => AskAsync(c, cancellationToken)))).SelectMany(f => f).ToArray();
        if (findings is [var only]) return new(only.Ok, $"{only.Who}: {only.Words}");
        var text = new StringBuilder();
        text.Append(findings.All(f => f.Ok) ? "every endpoint takes every token" : "not every endpoint takes every token");
        foreach (var finding in findings) text.Append($"\n  {finding.Who}: {(finding.Ok ? "ok" : "FAILED")}: {finding.Words}");
        return new(findings.All(f => f.Ok), text.ToString());
    }

    private async Task<IReadOnlyList<Finding>> AskAsync(HecClient client, CancellationToken cancellationToken)
    {
        var address = client.Endpoint.GetLeftPart(UriPartial.Authority);
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            var health = await client.GetHealthAsync(either.Token);
            if (health.Status >= 500) return [new(address, HecAdvice.Unwell(health))];
            var findings = new List<Finding>();
            foreach (var route in routes)
                findings.Add(new(routes.Count == 1 ? address : $"{address}, {route.Name}", await AskAsync(client, route, either.Token)));
            return findings;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return [new(address, new(false, $"no answer within {Patience.TotalSeconds:0} s; does a firewall swallow the connection?"))];
        }
        catch (Exception e) when (HttpTrouble.IsExpected(e, cancellationToken))
        {
            return [new(address, new(false, HecAdvice.NoAnswer(e)))];
        }
    }

    private async Task<CheckResult> AskAsync(HecClient client, HecRoute route, CancellationToken cancellationToken)
    {
        if (!route.Token.TryGetHeader(out var authorization, out var problem)) return new(false, $"{problem}.");

        // Splunk looks at token and channel first and then misses the data, so that no event is written. The channel is of its own, so that nothing that is sent meanwhile is mixed with it.
        var channel = Guid.NewGuid().ToString();
        var session = new HecSession(client.CookieHabits);
        var answer = await client.PostAsync(new(authorization, channel, Cookie: null, default, IsGzip: false), cancellationToken);
        session.Observe(null, answer.SetCookies, out _);
        if (answer.Status is 401 or 403) route.Token.Renew(authorization);
        var token = HecAdvice.Token(answer);
        if (!token.Ok) return token;
        var acks = HecAdvice.Acknowledgement(acknowledgement, (await client.AskAsync(authorization, channel, session.Header, [0], cancellationToken)).Response);
        return new(acks.Ok, $"{token.Message}; {acks.Message}");
    }

    private sealed record Finding(string Who, CheckResult Result)
    {
        public bool Ok => Result.Ok;

        public string Words => Result.Message;
    }
}
