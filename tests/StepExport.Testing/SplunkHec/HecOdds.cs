namespace StepExport.Testing.SplunkHec;

/// <summary>How likely each trouble of a <see cref="HecStorm"/> is, from 0 to 1.</summary>
internal sealed record HecOdds
{
    /// <summary>503 with code 9, 18, 19, 20 or 23, with Retry-After (seconds, a date) or without.</summary>
    public double Busy { get; init; } = 0.08;

    /// <summary>429 with code 26 or 27.</summary>
    public double Full { get; init; } = 0.03;

    /// <summary>200 with code 24 or 25.</summary>
    public double NearlyFull { get; init; } = 0.05;

    /// <summary>500 with code 8; in half of the cases the events are accepted.</summary>
    public double Ambiguous { get; init; } = 0.05;

    /// <summary>The connection is cut when the body was read; in half of the cases the events are accepted.</summary>
    public double Cut { get; init; } = 0.05;

    /// <summary>No answer until the sender gives up; in half of the cases the events are accepted. Costs the sender its time-out.</summary>
    public double Held { get; init; }

    /// <summary>A proxy's page with status 200, 502 or 504; in half of the cases the events are accepted.</summary>
    public double Foreign { get; init; } = 0.03;

    /// <summary>401 or 403 for one request, as if the token were being rotated.</summary>
    public double Token { get; init; } = 0.02;

    /// <summary>400 with code 10 or 11.</summary>
    public double Channel { get; init; } = 0.02;

    /// <summary>413, for requests with more than one event.</summary>
    public double TooLarge { get; init; } = 0.03;

    /// <summary>The session moves to another indexer, where there is more than one.</summary>
    public double Moved { get; init; } = 0.02;

    /// <summary>A poll gets an error, a proxy's page or none; in half of the cases after its acknowledgements were forgotten.</summary>
    public double Poll { get; init; } = 0.2;

    /// <summary>Accepted and never indexed. Only for tokens with acknowledgement: without it nobody could know.</summary>
    public double Lost { get; init; } = 0.05;

    /// <summary>Indexed and never acknowledged.</summary>
    public double NeverAcknowledged { get; init; } = 0.05;

    /// <summary>Indexed or acknowledged some polls later.</summary>
    public double Late { get; init; } = 0.4;

    /// <summary>An event that is refused whenever it comes, with one of <see cref="RefusalCodes"/>.</summary>
    public double Refused { get; init; } = 0.01;

    public IReadOnlyList<int> RefusalCodes { get; init; } = [6, 7, 12, 13, 15];
}
