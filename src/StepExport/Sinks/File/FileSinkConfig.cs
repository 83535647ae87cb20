using StepExport.Configuration;

namespace StepExport.Sinks.File;

/// <summary>Appends findings to a file, one JSON object per line.</summary>
internal sealed record FileSinkConfig : SinkConfig
{
    /// <summary>One batch after the other, so that the lines stand in the journal's order.</summary>
    public FileSinkConfig() => InFlight = 1;

    /// <summary>The file; folders are created. A relative path starts at the current directory. Only this sink may write to it.</summary>
    public required string Path { get; init; }

    public override string Destination => Path;

    public override string? OutputFile => Path;

    /// <summary>Mode of a file that is made, before the umask: 0600 for this user alone, 0640 for its group too, 0644 for everybody.
    /// A file that is there keeps its own.</summary>
    [OneOf("0600", "0640", "0644")]
    public string Mode { get; init; } = "0640";

    /// <summary>A batch that would make the file larger than this starts a new one, 1KB to 1TB; never when left out.</summary>
    [SizeRange("1KB", "1TB")]
    public ByteSize? RotateSize { get; init; }

    /// <summary>The first batch after the file has reached this age starts a new one, 1s to 366d; never when left out.</summary>
    [DurationRange("1s", "366d")]
    public Duration? RotateAge { get; init; }
}
