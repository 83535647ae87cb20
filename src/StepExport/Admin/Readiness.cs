using StepExport.Core.Telemetry;

namespace StepExport.Admin;

/// <summary><c>/readyz</c>: ready, or which parts are not, since when and why.</summary>
/// <param name="Ready">Every part does its work.</param>
/// <param name="Unhealthy">Those that do not.</param>
/// <param name="Warnings">What still works and needs somebody soon.</param>
internal sealed record Readiness(bool Ready, IReadOnlyList<UnhealthyPart> Unhealthy, IReadOnlyList<string> Warnings)
{
    public static Readiness Of(StatusSource status)
    {
        var parts = status.Sources.Select(s => (Kind: "source", s.Name, s.Health))
            .Concat(status.Sinks.Select(s => (Kind: "sink", s.Name, s.Health)))
            .Concat(Checks(status))
            .Prepend((Kind: "deadLetters", Name: "deadLetters", Health: status.DeadLetterHealth))
            .Prepend((Kind: "dedupe", Name: "dedupe", Health: status.DedupeHealth))
            .Prepend((Kind: "journal", Name: "journal", Health: status.JournalHealth));
        var unhealthy = parts.Select(p => (p.Kind, p.Name, p.Health.Current)).Where(p => !p.Current.Ok)
            .Select(p => new UnhealthyPart(p.Kind, p.Name, p.Current.Reason ?? "", p.Current.Since)).ToArray();
        return new(unhealthy.Length == 0, unhealthy, Warn(status));
    }

    private static IEnumerable<(string Kind, string Name, ComponentHealth Health)> Checks(StatusSource status)
    {
        if (status.Checks is not { } checks) yield break;
        yield return ("checks", "checks", status.ChecksHealth);
        if (checks().GitHub is not { } gitHub) yield break;
        yield return ("gitHub", "gitHub", gitHub.Health);
        if (gitHub.Webhook is { } webhook) yield return ("gitHubWebhook", "gitHubWebhook", webhook);
    }

    private static string[] Warn(StatusSource status)
    {
        var reload = status.Reloads.Refusal is { } refusal ? $"the last reload was refused, everything runs on as it did: {refusal}" : null;
        return [.. new[] { status.DeadLetters().Alarm, reload }.OfType<string>()];
    }
}

/// <summary>One part that does not do its work.</summary>
/// <param name="Kind"><c>source</c>, <c>sink</c>, <c>journal</c>, <c>dedupe</c>, <c>deadLetters</c>, <c>checks</c>, <c>gitHub</c> or <c>gitHubWebhook</c>.</param>
/// <param name="Name">As in the configuration.</param>
/// <param name="Reason">Why, in words for an operator.</param>
/// <param name="Since">When it last did its work.</param>
internal sealed record UnhealthyPart(string Kind, string Name, string Reason, DateTimeOffset Since);
