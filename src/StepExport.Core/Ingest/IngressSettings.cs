namespace StepExport.Core.Ingest;

/// <summary>When submissions are closed and how many may be under way.</summary>
internal sealed record IngressSettings
{
    /// <summary>Bytes of normalized records at which a submission is closed.</summary>
    public int SubmissionBytes { get; init; } = 1024 * 1024;

    /// <summary>Detections, good or bad, at which a submission is closed.</summary>
    public int SubmissionDetections { get; init; } = 2048;

    /// <summary>Submissions that may wait for the disk while the next one is being normalized.</summary>
    public int InFlight { get; init; } = 4;

    /// <summary>Bytes of the largest detection.</summary>
    public int MaxEventSize { get; init; } = DetectionSplitter.DefaultMaxEventSize;
}
