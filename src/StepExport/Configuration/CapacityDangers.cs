namespace StepExport.Configuration;

/// <summary>Warns of what makes the journal, or the disk that it lies on, full too soon.</summary>
internal static class CapacityDangers
{
    /// <summary>A journal that holds less than so many of the largest batches or detections is full as soon as one destination hesitates.</summary>
    private const int LeastBatches = 10;

    public static void Warn(ExportConfig config, ConfigProblems problems)
    {
        WarnOfJournal(config, problems);
        WarnOfFiles(config, problems);
    }

    private static void WarnOfJournal(ExportConfig config, ConfigProblems problems)
    {
        (string Path, long Bytes)[] portions =
        [
            .. config.Sources.Select(source => ($"sources.{source.Name}.maxEventSize", source.Config.MaxEventSize.Bytes)),
            .. config.Sinks.Select(sink => ($"sinks.{sink.Name}.batch.maxBytes", sink.Config.ToSettings().BatchMaxBytes)),
        ];
        if (portions.Length == 0) return;
        var (path, bytes) = portions.MaxBy(portion => portion.Bytes);
        if (config.Journal.MaxSize.Bytes < LeastBatches * bytes)
            problems.Warn("journal.maxSize", FormattableString.Invariant($"{config.Journal.MaxSize} is less than {LeastBatches} times {path} {new ByteSize(bytes)}: it is full, and intake waits, as soon as one destination hesitates; raise it or lower the other"));
    }

    private static void WarnOfFiles(ExportConfig config, ConfigProblems problems)
    {
        if (config.DataDir.Contains('\0')) return;
        var dataDir = Path.GetFullPath(config.DataDir).TrimEnd('/') + "/";
        foreach (var sink in config.Sinks)
        {
            if (sink.Config.OutputFile is { Length: > 0 } file && !file.Contains('\0') && Path.GetFullPath(file).StartsWith(dataDir, StringComparison.Ordinal))
                problems.Warn($"sinks.{sink.Name}.path", "lies in dataDir: what was exported grows on the disk that the journal needs, and is gone with the folder; write it elsewhere");
        }
    }
}
