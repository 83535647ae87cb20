using StepExport.Checks;
using StepExport.Core.DeadLetters;
using StepExport.Core.Journal;
using StepExport.Core.Replay;
using StepExport.Core.Telemetry;
using StepExport.Running;

namespace StepExport;

/// <summary>Every object of one running export. Disposing closes them against the flow of the data.</summary>
internal sealed class ExportGraph : IAsyncDisposable
{
    public required DataDirectoryLock Lock { get; init; }

    public required SegmentJournal Journal { get; init; }

    public required DeadLetterStore DeadLetters { get; init; }

    /// <summary>The sources and sinks.</summary>
    public required Lineup Lineup { get; init; }

    /// <summary>Takes dead letters of intake in again.</summary>
    public required IntakeReplay Replay { get; init; }

    /// <summary>The checks of workflow runs; null when there are none.</summary>
    public RunningChecks? Checks { get; init; }

    public required StatusSource Status { get; init; }

    public async ValueTask DisposeAsync()
    {
        await Lineup.DisposeAsync();
        if (Checks is not null) await Checks.DisposeAsync();
        await Journal.DisposeAsync();
        DeadLetters.Dispose();
        Lock.Dispose();
    }
}
