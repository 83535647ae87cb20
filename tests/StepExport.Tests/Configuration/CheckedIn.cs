namespace StepExport.Tests.Configuration;

/// <summary>The repository's own files.</summary>
internal static class CheckedIn
{
    private static readonly string Root = FindRoot(AppContext.BaseDirectory);

    /// <summary>Path of a file in <c>config/</c>.</summary>
    public static string Config(string name) => Path.Combine(Root, "config", name);

    private static string FindRoot(string folder) =>
        File.Exists(Path.Combine(folder, "StepExport.sln")) ? folder : FindRoot(Path.GetDirectoryName(folder)!);
}
