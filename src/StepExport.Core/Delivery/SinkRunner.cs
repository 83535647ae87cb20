namespace StepExport.Core.Delivery;

/// <summary>Drives one sink: the one owner of batching, retry, bisection, dead letters and the cursor.</summary>
internal sealed class SinkRunner
{
}
