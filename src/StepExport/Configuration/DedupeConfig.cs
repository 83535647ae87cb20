namespace StepExport.Configuration;

/// <summary>Recognising detections that come again: after a crash of the sender, a repeated request, an overlapping poll.</summary>
internal sealed record DedupeConfig
{
    /// <summary>How long at least a detection is remembered, 1m to 365d; what a source lists again and again is remembered for as long
    /// as it does. 0s switches it off: every detection that comes twice is exported twice.</summary>
    [DurationRange("1m", "365d", OrZero = true)]
    public Duration Window { get; init; } = new(TimeSpan.FromDays(14));

    /// <summary>Detections above which the oldest are forgotten before their time, 1000 to 100000000. Each takes 45 to 65 bytes of memory
    /// and 16 bytes on disk, and up to an eighth more than this are held: about 50 MB for the default of a million.</summary>
    [NumberRange(1_000, 100_000_000)]
    public int MaxEntries { get; init; } = 1_000_000;
}
