namespace StepExport.Core.Journal;

/// <summary>The file operations of the journal: the real file system, or one that injects faults.</summary>
/// <remarks>Every operation throws <see cref="IOException"/>, and nothing else, when the disk fails; <see cref="DiskFullException"/>
/// when there is no room. Thread-safe; a file is used by one thread at a time.</remarks>
internal interface IJournalStorage
{
    /// <summary>Creates the folder, readable by its owner alone, when it is missing.</summary>
    void CreateDirectory(string path);

    /// <summary>Names (without folder) of the files in a folder, in no order.</summary>
    IReadOnlyList<string> List(string directory);

    /// <summary>Creates a file, readable by its owner alone. It survives a power loss only after <see cref="SyncDirectory"/>.</summary>
    IJournalFile Create(string path);

    /// <summary>Opens a file that exists.</summary>
    IJournalFile Open(string path, bool writable);

    void Delete(string path);

    /// <summary>Gives a file another name in the same folder, which nothing has yet. The old or the new name survives a power loss; the
    /// new one alone only after <see cref="SyncDirectory"/>.</summary>
    void Rename(string path, string newPath);

    /// <summary>Makes what was created, renamed and deleted in a folder survive a power loss.</summary>
    void SyncDirectory(string path);
}

/// <summary>One open file.</summary>
internal interface IJournalFile : IDisposable
{
    long Length { get; }

    /// <summary>Reads up to the buffer's length; fewer bytes only at the end of the file.</summary>
    int Read(Span<byte> buffer, long position);

    /// <summary>Writes all buffers one behind the other. When it throws, any part of them may be in the file.</summary>
    void Write(IReadOnlyList<ReadOnlyMemory<byte>> buffers, long position);

    /// <summary>Makes what was written survive a power loss. When it throws, nothing is known of what was written since the last success.</summary>
    void Sync();

    void Truncate(long length);
}
