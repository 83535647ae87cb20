using System.Collections.Concurrent;
using StepExport.Core.Telemetry;

namespace StepExport.Checks.GitHub.Webhook;

/// <summary>What GitHub's deliveries came to since start.</summary>
internal sealed class GitHubWebhookMetrics(TimeProvider time)
{
    /// <summary>Its secret, its certificate, the store, and presses that cannot be decided.</summary>
    public ComponentHealth Health { get; } = new(time);

    /// <summary>Requests answered, by HTTP status.</summary>
    public ConcurrentDictionary<int, long> RequestsByCode { get; } = [];

    /// <summary>Called once per request.</summary>
    public void AddRequest(int code) => RequestsByCode.AddOrUpdate(code, 1, static (_, before) => before + 1);
}
