using StepExport.Core.Delivery;
using StepExport.Http;
using StepExport.Sinks.SplunkHec;

namespace StepExport.Logs;

/// <summary>Sends the queue's lines to Splunk, one request at a time, until they are taken.</summary>
/// <remarks>What it says itself goes to <paramref name="log"/>, which does not end in its own queue: it cannot feed itself.</remarks>
/// <param name="queue">What to send.</param>
/// <param name="endpoints">Where to; not owned.</param>
/// <param name="token">The only one.</param>
/// <param name="tellLoss">Makes a line of the number of lost ones, for Splunk.</param>
/// <param name="retry">The waits after failures.</param>
/// <param name="time">The clock.</param>
/// <param name="log">For the beginning and the end of trouble.</param>
internal sealed partial class LogShipper(
    LogQueue queue, HecEndpoints endpoints, HecToken token, Func<long, byte[]> tellLoss, RetryPolicy retry, TimeProvider time, ILogger log)
{
    /// <summary>Lines that come together are sent together.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    private string _channel = NewChannel();
    private string? _trouble;

    /// <summary>Runs until the queue is closed and empty.</summary>
    /// <param name="hurry">The program ends: no more waits, and the first failure is the end.</param>
    /// <param name="abandon">Cuts off what is under way.</param>
    /// <remarks>Lines that are left when it ends are counted as lost.</remarks>
    public async Task RunAsync(CancellationToken hurry, CancellationToken abandon)
    {
        using var batch = new LogBatch();
        while (await queue.WaitAsync())
        {
            await Task.Delay(Linger, time, hurry).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var lost = queue.TakeUntold();
            batch.Fill(queue, lost > 0 ? tellLoss(lost) : null);
            if (!await ShipAsync(batch, hurry, abandon))
            {
                queue.Lose(batch.Count);
                queue.Abandon();
                Log.LeftUnshipped(log, queue.TakeUntold());
                return;
            }

            if (lost > 0) Log.Lost(log, lost);
        }
    }

    /// <returns>False when it gave up.</returns>
    private async Task<bool> ShipAsync(LogBatch batch, CancellationToken hurry, CancellationToken abandon)
    {
        for (var failures = 1; ; failures++)
        {
            if (await AttemptAsync(batch, abandon) is not { } result) return false;
            var (taken, refused) = batch.Settle(result);
            queue.Shipped(taken);
            if (refused > 0)
            {
                queue.Lose(refused);
                Log.Refused(log, refused, result.Reason!);
            }

            if (taken > 0) Recovered();
            if (batch.Count == 0) return true;
            if (taken + refused > 0 || RetryPolicy.IsAtOnce(failures, result.RetryAfter)) continue;
            InTrouble(result.Reason!);
            if (hurry.IsCancellationRequested) return false;
            var wait = retry.Delay(failures, result.RetryAfter, result.NeedsOperator);
            await Task.Delay(wait, time, hurry).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>Null when it was cut off.</returns>
    private async Task<SendResult?> AttemptAsync(LogBatch batch, CancellationToken abandon)
    {
        if (!token.TryGetHeader(out var authorization, out var problem)) return SendResult.Retry(problem, needsOperator: true);
        var target = endpoints.Pick();
        var startedAt = time.GetTimestamp();
        try
        {
            var (wire, request) = batch.Encode();
            var answer = await target.Client.PostAsync(new(authorization, _channel, Cookie: null, wire, IsGzip: true), abandon);
            var verdict = HecAnswers.Read(answer, request);
            if (verdict.TookSome) endpoints.Delivered(target, startedAt);
            if (verdict.FollowUp == HecFollowUp.NewChannel) _channel = NewChannel();
            var isRenewed = verdict.FollowUp == HecFollowUp.ReadToken && token.Renew(authorization);
            return isRenewed || (!verdict.TookSome && endpoints.Failed(target, HecAnswers.FaultOf(answer), verdict.Result.Reason!))
                ? AtOnce(verdict.Result.Reason!)
                : verdict.Result;
        }
        catch (Exception e) when (HttpTrouble.IsExpected(e, abandon))
        {
            var result = HttpTrouble.ToResult(e, target.Client.Endpoint);
            return endpoints.Failed(target, HttpTrouble.IsUnreachable(e) ? HecFault.Gone : HecFault.Doubtful, result.Reason!) ? AtOnce(result.Reason!) : result;
        }
        catch (OperationCanceledException) when (abandon.IsCancellationRequested)
        {
            return null;
        }
    }

    private static SendResult AtOnce(string reason) => SendResult.Retry(reason, retryAfter: TimeSpan.Zero);

    private static string NewChannel() => Guid.NewGuid().ToString();

    private void InTrouble(string reason)
    {
        if (_trouble != reason) Log.InTrouble(log, reason, LogQueue.MaxLines);
        _trouble = reason;
    }

    private void Recovered()
    {
        if (_trouble is not null) Log.Recovered(log);
        _trouble = null;
    }

    /// <summary>The line that tells Splunk of lost ones.</summary>
    public const string LossTemplate = "{Lost} lines of the log were lost: more came than are kept while Splunk did not take them";

    private static partial class Log
    {
        [LoggerMessage(EventId = 601, Level = LogLevel.Warning, Message = "The log does not reach Splunk: {Reason}; up to {MaxLines} lines wait for it, and the program does not")]
        public static partial void InTrouble(ILogger logger, string reason, int maxLines);

        [LoggerMessage(EventId = 602, Level = LogLevel.Information, Message = "The log reaches Splunk again")]
        public static partial void Recovered(ILogger logger);

        [LoggerMessage(EventId = 603, Level = LogLevel.Warning, Message = LossTemplate)]
        public static partial void Lost(ILogger logger, long lost);

        [LoggerMessage(EventId = 604, Level = LogLevel.Warning, Message = "Splunk refuses {Refused} lines of the log for good: {Reason}")]
        public static partial void Refused(ILogger logger, int refused, string reason);

        [LoggerMessage(EventId = 605, Level = LogLevel.Warning, Message = "{Lost} lines of the log were not sent to Splunk before the end")]
        public static partial void LeftUnshipped(ILogger logger, long lost);
    }
}
