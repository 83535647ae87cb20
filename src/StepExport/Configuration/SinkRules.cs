using StepExport.Core.Delivery;
using StepExport.Core.Formats;
using StepExport.Core.Model;
using StepExport.Core.Ocsf;

namespace StepExport.Configuration;

/// <summary>What is common to all sinks: the rules that the shape does not show, and the way to the runner's settings.</summary>
internal static class SinkRules
{
    public static void Validate(SinkConfig config, ConfigProblems problems)
    {
        if (config.Retry.Initial.Value > config.Retry.Max.Value)
            problems.Add("retry.initial", $"{config.Retry.Initial} is more than max {config.Retry.Max}; lower it or raise max");
        if (config.Batch.MaxBytes is { } size && size.Bytes > config.BatchDefaults.LargestMaxBytes)
            problems.Add("batch.maxBytes", $"{size} is too much for batches that are held in memory; write at most {new ByteSize(config.BatchDefaults.LargestMaxBytes)}");
        if (config.Format is OutputFormats.Ecs or OutputFormats.Cim or OutputFormats.Raw && config.OcsfVersion != OcsfVersions.Default)
            problems.Add("ocsfVersion", $"has no effect with format {config.Format}: leave it out");
    }

    /// <summary>How the runner drives this sink.</summary>
    public static SinkSettings ToSettings(this SinkConfig config) => config.Adapt(new()
    {
        BatchMaxBytes = config.Batch.MaxBytes?.Bytes ?? config.BatchDefaults.MaxBytes,
        BatchMaxEvents = config.Batch.MaxEvents ?? config.BatchDefaults.MaxEvents,
        BatchMaxAge = config.Batch.MaxAge?.Value ?? config.BatchDefaults.MaxAge,
        InFlight = config.InFlight,
        Timeout = config.Timeout,
        RetryInitial = config.Retry.Initial,
        RetryMax = config.Retry.Max,
        Filter = ToFilter(config.Where),
    });

    /// <summary>What this sink emits of a record.</summary>
    public static RecordFormat ToRecordFormat(this SinkConfig config) =>
        new(OutputFormats.Parse(config.Format), OcsfVersions.Parse(config.OcsfVersion));

    /// <summary>Which records a <c>where</c> lets pass.</summary>
    public static RecordFilter ToFilter(this WhereConfig where) => RecordFilter.Create(
        where.MinSeverity is null ? Severity.Unknown : Enum.Parse<Severity>(where.MinSeverity, ignoreCase: true),
        where.Types,
        where.Repos,
        where.States.Select(state => Enum.Parse<FindingStatus>(state, ignoreCase: true)));
}
