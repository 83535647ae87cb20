namespace StepExport.Sinks.S3;

/// <summary>The sink's folder for spools. What an earlier run left there is worthless: its records are read again. Thread-safe.</summary>
internal sealed partial class SpoolFolder(string path, ILogger log)
{
    private const string Suffix = ".spool";
    private readonly Lock _lock = new();
    private int _files;
    private bool _swept;

    /// <summary>Deletes what an earlier run left; once, and not before the sink is at work, since <c>check</c> may run beside another instance.</summary>
    public void Sweep()
    {
        lock (_lock)
        {
            if (_swept || !Directory.Exists(path)) return;
            try
            {
                foreach (var file in Directory.EnumerateFiles(path, "*" + Suffix)) System.IO.File.Delete(file);
                _swept = true;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Log.NotSwept(log, path, e.Message);
            }
        }
    }

    /// <summary>A path for a new file; the folder exists afterwards.</summary>
    /// <exception cref="IOException">The folder cannot be made.</exception>
    public string NextFile()
    {
        lock (_lock)
        {
            // What is there from now on belongs to this run.
            _swept = true;
            Directory.CreateDirectory(path);
            return Path.Combine(path, FormattableString.Invariant($"{++_files:D8}{Suffix}"));
        }
    }

    /// <summary>Removes a file that is not needed any more. Should that fail, the next run's <see cref="Sweep"/> does it.</summary>
    public void Delete(string file)
    {
        try
        {
            System.IO.File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NotDeleted(log, file, e.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{File} cannot be deleted: {Reason}")]
        public static partial void NotDeleted(ILogger logger, string file, string reason);

        [LoggerMessage(LogLevel.Warning, "{Folder}: what an earlier run left cannot be deleted: {Reason}")]
        public static partial void NotSwept(ILogger logger, string folder, string reason);
    }
}
