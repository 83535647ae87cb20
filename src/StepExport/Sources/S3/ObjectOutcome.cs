namespace StepExport.Sources.S3;

/// <summary>What became of one object.</summary>
/// <param name="Unreadable">Why it could not be read to its end, so that it has to be tried again; null when it is done with.</param>
/// <param name="IsDamage">Trying again is of no use until it is another content.</param>
internal sealed record ObjectOutcome(string? Unreadable = null, bool IsDamage = false)
{
    /// <summary>Read to its end, or not there any more.</summary>
    public static ObjectOutcome Done { get; } = new();
}
