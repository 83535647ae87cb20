namespace StepExport.Testing;

/// <summary>Finds files of the repository from wherever the tests run.</summary>
internal static class RepositoryRoot
{
    /// <summary>The folder of <c>StepExport.sln</c>.</summary>
    public static string Path { get; } = Find();

    /// <summary>A file or folder below the root.</summary>
    public static string Combine(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "StepExport.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException($"StepExport.sln is in no folder above {AppContext.BaseDirectory}");
    }
}
