namespace StepExport.Testing.GitHub;

internal sealed partial class FakeGitHub
{
    /// <summary>Where web hooks go; null = nowhere.</summary>
    public string? WebhookUrl { get => _hooks.Url; set => _hooks.Url = value; }

    public string WebhookSecret { get => _hooks.Secret; set => _hooks.Secret = value; }

    /// <summary>What was sent and answered, oldest first.</summary>
    public IReadOnlyList<FakeDelivery> Deliveries => _hooks.Deliveries;

    /// <summary>Sends a web hook.</summary>
    /// <param name="eventName">Header <c>X-GitHub-Event</c>.</param>
    /// <param name="json">The body.</param>
    /// <param name="deliveryId">Header <c>X-GitHub-Delivery</c>; a new one when left out.</param>
    /// <param name="signature">Header <c>X-Hub-Signature-256</c>; the true one when left out, none when empty.</param>
    public Task<FakeDelivery> DeliverAsync(string eventName, string json, string? deliveryId = null, string? signature = null) =>
        _hooks.DeliverAsync(eventName, json, deliveryId, signature);

    /// <summary>The same once more, as with "Redeliver" in the App's settings, and as an attacker would who has recorded it.</summary>
    public Task<FakeDelivery> RedeliverAsync(FakeDelivery delivery) => _hooks.DeliverAsync(delivery.Event, delivery.Body, delivery.Id, delivery.Signature);

    /// <summary>Somebody presses a button on a check run.</summary>
    public Task<FakeDelivery> PressAsync(FakeCheckRun run, string identifier, string login) => DeliverAsync("check_run", Pressed(run, identifier, login));

    /// <summary>Body of event <c>check_run</c>: a button was pressed.</summary>
    public string Pressed(FakeCheckRun run, string identifier, string login)
    {
        lock (_store.Lock) return _payloads.Pressed(run, identifier, login);
    }

    /// <summary>Body of event <c>check_run</c>: "Re-run" was pressed.</summary>
    public string Rerequested(FakeCheckRun run, string login)
    {
        lock (_store.Lock) return _payloads.Rerequested(run, login);
    }

    /// <summary>Body of event <c>workflow_run</c>.</summary>
    public string WorkflowRunCompleted(FakeRun run)
    {
        lock (_store.Lock) return _payloads.WorkflowRun(run, "completed");
    }

    /// <summary>Body of event <c>ping</c>.</summary>
    public static string Ping() => GitHubPayloads.Ping();

    /// <summary>The signature that GitHub would send.</summary>
    public static string Sign(string secret, string body) => GitHubHooks.Sign(secret, body);
}
