namespace StepExport.Core.DeadLetters;

/// <summary>There is no room for another dead letter until a person has dealt with some.</summary>
internal sealed class DeadLettersFullException : IOException
{
    public DeadLettersFullException()
    {
    }

    public DeadLettersFullException(string message)
        : base(message)
    {
    }

    public DeadLettersFullException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
