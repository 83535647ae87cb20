using StepExport.Configuration;
using StepExport.Core.Delivery;

namespace StepExport.Sinks.File;

/// <summary>Makes sinks of type <c>file</c>.</summary>
internal sealed class FileSinkFactory() : SinkFactory<FileSinkConfig>("file")
{
    public override void Validate(FileSinkConfig config, ConfigProblems problems)
    {
        var path = config.Path;
        if (string.IsNullOrWhiteSpace(path))
            problems.Add("path", "is empty; write the path of the output file, e.g. out/detections.ndjson");
        else if (path.EndsWith('/') || System.IO.Path.GetFileName(path) is "." or "..")
            problems.Add("path", $"'{path}' is a folder; write the path of a file in it, e.g. {path.TrimEnd('/')}/detections.ndjson");
        else if (path.Contains('\0'))
            problems.Add("path", "contains a NUL character");
        if (config.Mode == "0644") problems.Warn("mode", "0644: every user of this machine can read the findings; write 0640, or 0600");
    }

    public override ISink Create(string name, FileSinkConfig config, SinkContext context)
    {
        return new FileSink(
            new(config.Path, config.RotateSize?.Bytes, config.RotateAge?.Value) { Mode = (UnixFileMode)Convert.ToInt32(config.Mode, 8) },
            config.ToRecordFormat(),
            context.Metrics,
            context.Time,
            context.Loggers.CreateLogger($"config.{name}"));
    }
}
