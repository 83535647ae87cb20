using StepExport.Configuration;
using StepExport.Core.Ingest;

namespace StepExport.Sources.File;

/// <summary>Makes sources of type <c>file</c>.</summary>
internal sealed class FileSourceFactory() : SourceFactory<FileSourceConfig>("file")
{
    public override void Validate(FileSourceConfig config, ConfigProblems problems)
    {
        var path = config.Path;
        if (string.IsNullOrWhiteSpace(path))
            problems.Add("path", "is empty; write a file or a pattern, e.g. /var/log/detections/*.ndjson");
        else if (path.EndsWith('/'))
            problems.Add("path", $"'{path}' is a folder; write a pattern for the files in it, e.g. {path}*.ndjson");
        else if (path.Contains('\0'))
            problems.Add("path", "contains a NUL character");
    }

    public override ISource Create(string name, FileSourceConfig config, SourceContext context) =>
        new FileSource(name, config, context);
}
