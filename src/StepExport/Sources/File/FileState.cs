using StepExport.Core.Ingest;

namespace StepExport.Sources.File;

/// <summary>How far one file is read.</summary>
internal sealed class FileState
{
    /// <summary>Where it was seen last.</summary>
    public required string Path { get; set; }

    public FileIdentity Identity { get; set; }

    public SplitPosition Position { get; set; }

    /// <summary>Size and time of the last write when it was last read to its end; unchanged means there is nothing new.</summary>
    public (long Length, DateTime LastWrite)? Seen { get; set; }

    /// <summary>Why it cannot be read any further, until it changes.</summary>
    public string? Damage { get; set; }

    /// <summary>The last round over the files in which it was there.</summary>
    public long Round { get; set; }

    public bool IsUnchanged(FileInfo now) => now.Exists && Seen == (now.Length, now.LastWriteTimeUtc);
}
