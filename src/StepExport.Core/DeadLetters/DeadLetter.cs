namespace StepExport.Core.DeadLetters;

/// <summary>Something that could not be exported, kept with the reason until a person deals with it.</summary>
internal sealed record DeadLetter
{
    /// <summary>Name of the source (refused at intake) or of the sink (refused by the destination).</summary>
    public required string Component { get; init; }

    /// <summary>True when refused at intake: <see cref="Bytes"/> is the input as received; false: the OCSF body.</summary>
    public required bool AtIntake { get; init; }

    /// <summary>Why, in words.</summary>
    public required string Reason { get; init; }

    /// <summary>The destination's code, e.g. <c>HTTP 400/6</c>.</summary>
    public string? Code { get; init; }

    /// <summary>Where in the source it stood, e.g. <c>/in/a.ndjson line 17 byte 4711</c>.</summary>
    public string? Position { get; init; }

    /// <summary>Journal sequence of the record; null at intake.</summary>
    public long? Sequence { get; init; }

    /// <summary>Detection type, when known.</summary>
    public string? DetectionType { get; init; }

    /// <summary><c>metadata.uid</c> in hexadecimal, when known.</summary>
    public string? Uid { get; init; }

    /// <summary>What the pipeline knows of the record without parsing it (<c>ExportRecord</c>'s encoding up to the body), so that it can be
    /// sent again as it was; null at intake.</summary>
    public byte[]? Header { get; init; }

    public required byte[] Bytes { get; init; }
}
