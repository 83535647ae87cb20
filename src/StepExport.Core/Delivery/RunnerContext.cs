using Microsoft.Extensions.Logging;
using StepExport.Core.Telemetry;

namespace StepExport.Core.Delivery;

/// <summary>What the parts of one <see cref="SinkRunner"/> share.</summary>
internal sealed record RunnerContext(
    string Sink, SinkSettings Settings, SinkMetrics Metrics, SinkHealth Health, RetryPolicy Policy, TimeProvider Time, ILogger Logger);
