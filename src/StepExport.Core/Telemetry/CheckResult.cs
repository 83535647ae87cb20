namespace StepExport.Core.Telemetry;

/// <summary>What a source or sink found when it was asked whether it could do its work, in words that an administrator of the
/// other side understands.</summary>
internal sealed record CheckResult(bool Ok, string Message);
