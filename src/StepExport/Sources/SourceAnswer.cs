namespace StepExport.Sources;

/// <summary>What one attempt to read from the other side has brought: a value, or why there is none.</summary>
/// <param name="Value">Null when there is none.</param>
/// <param name="Trouble">Why there is none, in words for an operator; what went wrong, where, and what to do.</param>
/// <param name="RetryAfter">How long the other side asks to wait; zero = at once; null when it said nothing.</param>
/// <param name="NeedsOperator">A person has to act first (credentials, permissions, a wrong name): the next attempts are slow.</param>
internal readonly record struct SourceAnswer<T>(T? Value, string? Trouble = null, TimeSpan? RetryAfter = null, bool NeedsOperator = false)
    where T : class
{
    public static SourceAnswer<T> Of(T value) => new(value);

    public static SourceAnswer<T> Failed(string trouble, TimeSpan? retryAfter = null, bool needsOperator = false) =>
        new(null, trouble, retryAfter, needsOperator);
}
