namespace StepExport.Core.Telemetry;

/// <summary>The reloads of the configuration since the start.</summary>
/// <param name="Applied">Reloads that changed something.</param>
/// <param name="Unchanged">Reloads that found everything as it was.</param>
/// <param name="Refused">Reloads that changed nothing because of an error.</param>
/// <param name="At">When the last one was; null while there was none.</param>
/// <param name="Refusal">Why the last one was refused; null when it was not.</param>
internal sealed record ReloadStatus(long Applied, long Unchanged, long Refused, DateTimeOffset? At, string? Refusal)
{
    public static ReloadStatus None { get; } = new(0, 0, 0, null, null);
}
