using StepExport.Testing;

namespace StepExport.Tests.Normalization;

/// <summary>Finds the files that lie beside the tests, and the schema that may lie beside the project.</summary>
internal static class ProjectFiles
{
    public static string Golden => RepositoryRoot.Combine("tests", "StepExport.Tests", "Normalization", "Golden");

    public static string Samples => RepositoryRoot.Combine("config", "samples");

    /// <summary>The OCSF material, or null where it is not at hand.</summary>
    public static string? Ocsf
    {
        get
        {
            var folder = Path.GetFullPath(RepositoryRoot.Combine("..", "shared", "ocsf"));
            return File.Exists(Path.Combine(folder, "validate_ocsf.py")) ? folder : null;
        }
    }

    /// <summary>Path without <c>.input.json</c> of every golden case, relative to <see cref="Golden"/>.</summary>
    public static IEnumerable<string> Cases =>
        Directory.GetFiles(Golden, "*.input.json", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Golden, file)[..^".input.json".Length])
            .Order(StringComparer.Ordinal);
}
