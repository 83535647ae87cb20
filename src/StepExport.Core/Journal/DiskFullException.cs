namespace StepExport.Core.Journal;

/// <summary>The disk, or the quota on it, has no room: normal life, not a broken disk.</summary>
internal sealed class DiskFullException : IOException
{
    public DiskFullException()
    {
    }

    public DiskFullException(string message)
        : base(message)
    {
    }

    public DiskFullException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
