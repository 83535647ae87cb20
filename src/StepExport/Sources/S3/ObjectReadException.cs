namespace StepExport.Sources.S3;

/// <summary>An object's content cannot be read on: tells it from trouble with the journal, which is an <see cref="IOException"/> as well.</summary>
internal sealed class ObjectReadException(string message, Exception? cause = null) : IOException(message, cause)
{
    /// <summary>The content is at fault, so that there is no use in trying again until it is another.</summary>
    public bool IsDamage { get; init; }
}
