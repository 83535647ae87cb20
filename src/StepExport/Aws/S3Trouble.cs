namespace StepExport.Aws;

/// <summary>Why an attempt failed. It may always be made again: whatever a store says is about the store, or about one key of many.</summary>
/// <param name="Reason">In words for an operator.</param>
/// <param name="Code">The store's own, e.g. <c>HTTP 403/AccessDenied</c>; null when it did not answer.</param>
/// <param name="RetryAfter">When the store asked to be called again; zero = at once; null when it said nothing.</param>
/// <param name="NeedsOperator">Waiting alone will not help.</param>
/// <param name="ReadCredentials">The credentials were refused: read them again for the next attempt.</param>
internal sealed record S3Trouble(string Reason, string? Code, TimeSpan? RetryAfter = null, bool NeedsOperator = false, bool ReadCredentials = false)
{
    /// <summary>The reason, with the code behind it.</summary>
    public override string ToString() => Code is null ? Reason : $"{Reason} ({Code})";
}
