namespace StepExport.Checks.GitHub;

/// <summary>GitHub did not do what it was asked for.</summary>
/// <param name="kind">What to do about it.</param>
/// <param name="message">Why, for a person.</param>
/// <param name="wait">How long GitHub wants to be left alone; null when it did not say.</param>
/// <param name="inner">Where it was seen; null when GitHub was not asked.</param>
internal sealed class GitHubTroubleException(GitHubTrouble kind, string message, TimeSpan? wait, Exception? inner) : IOException(message, inner)
{
    public GitHubTrouble Kind => kind;

    public TimeSpan? Wait => wait;
}

/// <summary>What an answer of GitHub means for what was asked.</summary>
internal enum GitHubTrouble
{
    /// <summary>No answer, or a fault of GitHub: the same again, later.</summary>
    Away,

    /// <summary>Too many requests: nothing at all until it is over.</summary>
    Pause,

    /// <summary>Credentials or permissions: a person has to act, for all checks.</summary>
    NeedsOperator,

    /// <summary>It is about this check alone (no such repository or run, not installed there): rarely tried again.</summary>
    ThisOne,
}
