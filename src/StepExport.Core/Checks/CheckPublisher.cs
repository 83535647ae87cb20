using System.Text.Json;
using Microsoft.Extensions.Logging;
using StepExport.Core.Checks.Records;
using StepExport.Core.Journal;
using StepExport.Core.Model;

namespace StepExport.Core.Checks;

/// <summary>Puts the history of the checks into the journal, and so to every sink: results, approvals, and updates of approved findings.</summary>
/// <remarks>A line counts as published when its records are durable. After a crash in between it is published again, with the same uids; dedupe
/// knows them.</remarks>
internal sealed partial class CheckPublisher(CheckStore store, SegmentJournal journal, CheckRecords records, TimeProvider time, ILogger<CheckPublisher> logger) : IDisposable
{
    private const int MaxTitles = 20;

    /// <summary>A finding may be 1 MB.</summary>
    private const int FindingsPerPage = 20;
    private const int SubmissionRecords = 500;
    private const int SubmissionBytes = 512 * 1024;
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _one = new(1, 1);
    private string? _trouble;

    /// <summary>Publishes what there is, then whatever comes, until <paramref name="stop"/>.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var change = store.NextChange;
            try
            {
                await PublishAsync(stop);
                _trouble = null;
                await change.WaitAsync(stop);
            }
            catch (IOException e)
            {
                if (_trouble != e.Message) Log.Failed(logger, e);
                _trouble = e.Message;
                await Task.Delay(Pace, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Publishes everything that is pending now. Waits while the journal is full, and for whoever publishes already.</summary>
    /// <returns>How many lines of the history.</returns>
    /// <exception cref="IOException">The store or the journal failed; what was not published stays pending.</exception>
    public async Task<int> PublishAsync(CancellationToken stop)
    {
        await _one.WaitAsync(stop);
        try
        {
            return await PublishPendingAsync(stop);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<int> PublishPendingAsync(CancellationToken stop)
    {
        var published = 0;
        using var submission = new Submission();
        while (store.Unpublished() is { Count: > 0 } lines)
        {
            foreach (var line in lines)
            {
                await PublishAsync(line, submission, stop);
                store.Published(line.Id);
                published++;
            }
        }

        return published;
    }

    private async Task PublishAsync(UnpublishedEvent line, Submission submission, CancellationToken stop)
    {
        submission.Clear();
        var failing = store.Failing(line.Check.Key, MaxTitles);
        if (line.Event.Kind is CheckEventKind.Approved or CheckEventKind.Refused) records.AddApproval(submission, line, failing);
        if (line.Event.Kind is not CheckEventKind.Refused) records.AddResult(submission, line, failing);
        if (line.Event.Kind is CheckEventKind.Approved) await AddUpdatesAsync(line, submission, stop);
        await AppendAsync(submission, stop);
    }

    private async Task AddUpdatesAsync(UnpublishedEvent line, Submission submission, CancellationToken stop)
    {
        for (var after = ""; store.ApprovedIn(line.Id, after, FindingsPerPage) is { Count: > 0 } page; after = page[^1].Uid)
        {
            foreach (var finding in page)
            {
                // What the vendor has suppressed or resolved since has had its update from there, which must not be taken back.
                if (finding.Record.IsEmpty || finding.Status is FindingStatus.Suppressed or FindingStatus.Resolved) continue;
                AddUpdate(line, submission, finding);
                if (submission.Count >= SubmissionRecords || submission.Length >= SubmissionBytes) await AppendAsync(submission, stop);
            }
        }
    }

    /// <summary>A finding that cannot be read must not hold up the approval, which is worth more than its update.</summary>
    private void AddUpdate(UnpublishedEvent line, Submission submission, CheckFinding finding)
    {
        try
        {
            records.AddUpdate(submission, line, finding);
        }
        catch (JsonException e)
        {
            Log.Unreadable(logger, e, finding.Uid, line.Check.Key);
        }
    }

    private async Task AppendAsync(Submission submission, CancellationToken stop)
    {
        await journal.AppendAsync(submission, stop);
        submission.Clear();
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 351, Level = LogLevel.Error, Message = "What happened to checks cannot be published; it is tried again every second")]
        public static partial void Failed(ILogger logger, IOException exception);

        [LoggerMessage(EventId = 352, Level = LogLevel.Error, Message = "Finding {Finding} of check {Check} is approved, but its record cannot be read: its update is not published")]
        public static partial void Unreadable(ILogger logger, JsonException exception, string finding, CheckKey check);
    }
}
