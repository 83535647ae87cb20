using StepExport.Core.Telemetry;

namespace StepExport.Admin;

/// <summary><c>/readyz</c>: ready, or which parts are not, since when and why.</summary>
internal sealed record Readiness(bool Ready, IReadOnlyList<UnhealthyPart> Unhealthy)
{
    public static Readiness Of(StatusSource status)
    {
        var parts = status.Sources.Select(s => (Kind: "source", s.Name, s.Health))
            .Concat(status.Sinks.Select(s => (Kind: "sink", s.Name, s.Health)))
            .Prepend((Kind: "dedupe", Name: "dedupe", Health: status.DedupeHealth))
            .Prepend((Kind: "journal", Name: "journal", Health: status.JournalHealth));
        var unhealthy = parts.Select(p => (p.Kind, p.Name, p.Health.Current)).Where(p => !p.Current.Ok)
            .Select(p => new UnhealthyPart(p.Kind, p.Name, p.Current.Reason ?? "", p.Current.Since)).ToArray();
        return new(unhealthy.Length == 0, unhealthy);
    }
}

/// <summary>One part that does not do its work.</summary>
/// <param name="Kind"><c>source</c>, <c>sink</c>, <c>journal</c> or <c>dedupe</c>.</param>
/// <param name="Name">As in the configuration.</param>
/// <param name="Reason">Why, in words for an operator.</param>
/// <param name="Since">When it last did its work.</param>
internal sealed record UnhealthyPart(string Kind, string Name, string Reason, DateTimeOffset Since);
