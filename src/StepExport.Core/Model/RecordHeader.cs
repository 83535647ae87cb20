namespace StepExport.Core.Model;

/// <summary>What the pipeline has to know of a record without parsing its JSON: filters, envelopes, keys, metrics.</summary>
/// <remarks>Strings are UTF-8. None is longer than 65,535 bytes; <see cref="Repository"/> may be empty.</remarks>
internal readonly ref struct RecordHeader
{
    /// <summary>Length in bytes of <see cref="Uid"/>: a SHA-256.</summary>
    public const int UidLength = 32;

    /// <summary>Event time, milliseconds since 1970-01-01 UTC; equals the record's <c>time</c>.</summary>
    public required long TimeMs { get; init; }

    public required Severity Severity { get; init; }

    public required FindingStatus Status { get; init; }

    /// <summary><c>metadata.uid</c> as 32 raw bytes (its text form is lower-case hexadecimal).</summary>
    public required ReadOnlySpan<byte> Uid { get; init; }

    /// <summary>Detection type, e.g. <c>Reverse-Shell</c>.</summary>
    public required ReadOnlySpan<byte> Type { get; init; }

    /// <summary><c>owner/repo</c>, as received.</summary>
    public required ReadOnlySpan<byte> Repository { get; init; }
}
