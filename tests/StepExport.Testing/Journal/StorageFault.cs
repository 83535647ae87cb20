namespace StepExport.Testing.Journal;

/// <summary>Operations that change the disk; each one can be made to fail.</summary>
internal enum StorageOperation
{
    Create,
    Write,
    Sync,
    Truncate,
    Delete,
    Rename,
    SyncDirectory,
}

/// <summary>How an operation fails.</summary>
internal enum StorageFault
{
    None,

    /// <summary>The power goes before the operation does anything.</summary>
    PowerLoss,

    /// <summary>The power goes when part of the operation is done.</summary>
    PowerLossHalfway,

    /// <summary>The process dies before the operation does anything; what it has written stays in the disk's cache.</summary>
    ProcessKilled,

    /// <summary>No room: part of a write may be in the file.</summary>
    DiskFull,

    /// <summary>The disk reports an error; of a failed fsync nothing is known, and the next one will say all is well.</summary>
    IoError,
}

/// <summary>The power is gone: the process ends here. Not an <see cref="IOException"/>: nothing may recover from it.</summary>
internal sealed class PowerLossException : Exception
{
    public PowerLossException()
        : base("the power is gone")
    {
    }

    public PowerLossException(string message)
        : base(message)
    {
    }

    public PowerLossException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
