namespace StepExport.Core.Normalization;

/// <summary>Whether a detection was normalized, and if not, why (in words, with the position inside the text when known).</summary>
internal readonly record struct NormalizeResult(string? Error)
{
    public bool Ok => Error is null;
}
