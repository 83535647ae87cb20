namespace StepExport.Core.Telemetry;

/// <summary>What became of the program's own log lines since the start.</summary>
/// <param name="Shipped">Taken by Splunk.</param>
/// <param name="Lost">Neither taken nor kept.</param>
internal readonly record struct LogStatus(long Shipped, long Lost);
