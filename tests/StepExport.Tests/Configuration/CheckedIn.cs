namespace StepExport.Tests.Configuration;

/// <summary>The repository's own files.</summary>
internal static class CheckedIn
{
    private static readonly string Root = FindRoot(AppContext.BaseDirectory);

    /// <summary>Path of a file in <c>config/</c>.</summary>
    public static string Config(string name) => Path.Combine(Root, "config", name);

    /// <summary>Path of a page in <c>docs/</c>.</summary>
    public static string Doc(string name) => Path.Combine(Root, "docs", name);

    private static string FindRoot(string folder) =>
        File.Exists(Path.Combine(folder, "StepExport.sln")) ? folder : FindRoot(Path.GetDirectoryName(folder)!);
}
