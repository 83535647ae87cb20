namespace StepExport.Configuration;

/// <summary>What is dangerous about where the configuration and the data lie.</summary>
internal static class FileDangers
{
    /// <param name="file">The configuration.</param>
    /// <param name="config">What stands in it; null when it cannot be read.</param>
    /// <param name="problems">Told about it.</param>
    public static void Warn(string file, ExportConfig? config, ProblemLog problems)
    {
        if (problems.HasClearSecret && !OperatingSystem.IsWindows() && File.GetUnixFileMode(file) is var mode && mode.HasFlag(UnixFileMode.OtherRead))
            problems.Warn("", $"every user of this machine can read this file (mode {Convert.ToString((int)mode, 8)}), and secrets stand in it; chmod 600 {file}");
        if (config is null) return;
        WarnOfMode(config.DataDir, problems);
        if (FormatOf(config.DataDir) is ("tmpfs" or "ramfs") and var format)
            problems.Warn("dataDir", $"'{config.DataDir}' lies in memory ({format}): a restart of the machine loses journal, cursors and dead letters; name a folder on a disk");
    }

    /// <summary>The program makes the folder for its owner alone; one that was there before may be open to others.</summary>
    private static void WarnOfMode(string folder, ProblemLog problems)
    {
        if (OperatingSystem.IsWindows() || !Directory.Exists(folder)) return;
        var mode = File.GetUnixFileMode(folder);
        if (mode.HasFlag(UnixFileMode.OtherWrite))
            problems.Warn("dataDir", $"every user of this machine can write to '{folder}', and so replace or delete evidence; chmod 700 {folder}");
        else if (mode.HasFlag(UnixFileMode.OtherRead))
            problems.Warn("dataDir", $"every user of this machine can look into '{folder}'; chmod 700 {folder}");
    }

    /// <summary>The file system that a folder, which need not exist yet, lies on; null when it cannot be known.</summary>
    private static string? FormatOf(string folder)
    {
        try
        {
            var existing = new DirectoryInfo(folder);
            while (!existing.Exists && existing.Parent is { } parent) existing = parent;
            return new DriveInfo(existing.FullName).DriveFormat;
        }
        // The folder is looked at again, and complained about, by whoever opens it.
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
