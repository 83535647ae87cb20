using Microsoft.Extensions.Logging;
using StepExport.Core.DeadLetters;
using StepExport.Core.Journal;
using StepExport.Core.Normalization;

namespace StepExport.Core.Replay;

/// <summary>Takes the dead letters of intake that are marked for it through the mapper again, into the journal and so to every sink.</summary>
/// <remarks>A letter leaves the store after its record is durable. After a crash in between it is taken again; dedupe knows its uid. What is
/// still bad stays.</remarks>
internal sealed partial class IntakeReplay(Normalizer normalizer, SegmentJournal journal, DeadLetterStore store, TimeProvider time, ILogger<IntakeReplay> logger)
{
    private const int MaxLetters = 500;
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    private readonly NormalizedDetection _detection = new();
    private string? _trouble;

    /// <summary>Takes what is marked, as it comes, until <paramref name="stop"/>; looks at what other processes have changed meanwhile.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                store.Refresh();
                await DrainAsync(stop);
                _trouble = null;
            }
            catch (IOException e)
            {
                if (_trouble != e.Message) Log.Failed(logger, e);
                _trouble = e.Message;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(Pace, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Takes everything that is marked. Waits while the journal is full.</summary>
    /// <exception cref="IOException">The store or the journal failed.</exception>
    public async Task DrainAsync(CancellationToken stop)
    {
        while (store.Requested(DeadLetterStore.Mapper, MaxLetters) is { Count: > 0 } letters) await TakeAsync(letters, stop);
    }

    private async Task TakeAsync(IReadOnlyList<StoredDeadLetter> letters, CancellationToken stop)
    {
        var (taken, refused) = (new List<long>(), new List<(long Id, string Reason, string? Code)>());
        using var submission = new Submission();
        foreach (var (id, addedAt, letter) in letters)
        {
            if (!letter.AtIntake || normalizer.Normalize(letter.Bytes, addedAt.ToUnixTimeMilliseconds(), _detection).Error is not null)
            {
                // The reason of the first time says more: it was found in the whole, of which the letter may hold a part.
                refused.Add((id, letter.Reason, letter.Code));
                continue;
            }

            submission.Add(_detection.Header, _detection.Body.WrittenSpan);
            taken.Add(id);
        }

        await journal.AppendAsync(submission, stop);
        if (taken.Count > 0) store.Remove(taken);
        if (refused.Count > 0) store.Refuse(refused);
        Log.Replayed(logger, taken.Count, refused.Count);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 331, Level = LogLevel.Information, Message = "{Replayed} dead letters of intake are durable in the journal, {Refused} are still bad")]
        public static partial void Replayed(ILogger logger, int replayed, int refused);

        [LoggerMessage(EventId = 332, Level = LogLevel.Error, Message = "Dead letters cannot be looked at; it is tried again every second")]
        public static partial void Failed(ILogger logger, IOException exception);
    }
}
