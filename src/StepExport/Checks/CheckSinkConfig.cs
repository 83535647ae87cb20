using StepExport.Configuration;

namespace StepExport.Checks;

/// <summary>Derives the checks. It is in no configuration: the program adds it when there is a section <c>checks</c>.</summary>
internal sealed record CheckSinkConfig : SinkConfig
{
    /// <summary>One batch after the other: a former state of a finding must not overtake a later one.</summary>
    public CheckSinkConfig()
    {
        InFlight = 1;
        Retry = new() { Max = new(TimeSpan.FromSeconds(5)) };
    }

    public override string Destination => "the checks of this program";

    /// <summary>Soon, because people wait for the check; not at once, because a commit costs as much for one record as for a thousand.</summary>
    public override BatchDefaults BatchDefaults => new() { MaxBytes = 8_000_000, MaxEvents = 1000, MaxAge = TimeSpan.FromMilliseconds(200) };
}
