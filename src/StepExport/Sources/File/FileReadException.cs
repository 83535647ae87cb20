namespace StepExport.Sources.File;

/// <summary>A file cannot be read: tells it from trouble with the journal, which is an <see cref="IOException"/> as well.</summary>
internal sealed class FileReadException(Exception cause) : IOException(cause.Message, cause)
{
    /// <summary>The content is at fault, so that there is no use in trying again until it changes.</summary>
    public bool IsDamage => InnerException is InvalidDataException;
}
