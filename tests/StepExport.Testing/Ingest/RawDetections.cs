namespace StepExport.Testing.Ingest;

/// <summary>The fourteen real inputs, which lie beside the repository.</summary>
internal static class RawDetections
{
    public const string SkipReason = "../shared/ocsf/raw/raw-14.ndjson is not there";

    public static string? Path { get; } = Find();

    public static bool Missing => Path is null;

    /// <summary>One JSON object each.</summary>
    public static string[] Lines => File.ReadAllLines(Path!);

    private static string? Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "StepExport.sln"))) folder = folder.Parent;
        var path = folder is null ? "" : System.IO.Path.Combine(folder.FullName, "..", "shared", "ocsf", "raw", "raw-14.ndjson");
        return File.Exists(path) ? path : null;
    }
}
