namespace StepExport.Core.Telemetry;

/// <summary>The dead letters at one moment.</summary>
/// <param name="Count">Letters kept.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="MaxCount">Letters at which whoever has another one waits.</param>
/// <param name="MaxBytes">Bytes at which whoever has another one waits.</param>
/// <param name="Components">Whose they are.</param>
internal sealed record DeadLetterStatus(long Count, long Bytes, long MaxCount, long MaxBytes, IReadOnlyList<ComponentLetters> Components)
{
    /// <summary>Why and how to act before the bound is reached; null while it is far.</summary>
    public string? Alarm { get; init; }

    /// <summary>Why somebody waits for room, or null.</summary>
    public string? Trouble { get; init; }

    /// <summary>Letters brought to their new place since start.</summary>
    public long Replayed { get; init; }

    /// <summary>Letters that were replayed and refused again since start.</summary>
    public long RefusedAgain { get; init; }
}

/// <summary>The dead letters of one source or sink.</summary>
/// <param name="Kind"><c>source</c> or <c>sink</c>.</param>
/// <param name="Name">As in the configuration, now or once.</param>
/// <param name="Count">Letters kept.</param>
/// <param name="Bytes">Their bytes.</param>
internal sealed record ComponentLetters(string Kind, string Name, long Count, long Bytes);
