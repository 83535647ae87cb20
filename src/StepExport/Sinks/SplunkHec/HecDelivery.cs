using StepExport.Core.Delivery;
using StepExport.Core.Telemetry;
using StepExport.Http;

namespace StepExport.Sinks.SplunkHec;

/// <summary>Brings one batch of one route to Splunk: a turn, an endpoint, the request, and the indexer's acknowledgement.</summary>
/// <remarks>The turn lasts from the encoding to the answer: a batch that waits for its acknowledgement holds its records, but neither
/// a body nor a place in the line of requests.</remarks>
internal sealed partial class HecDelivery(
    HecEndpoints endpoints, AdaptiveConcurrency concurrency, HecBodyPool bodies, SinkMetrics metrics, TimeProvider time, ILogger log)
{
    public HecEndpoints Endpoints => endpoints;

    /// <exception cref="OperationCanceledException">Cancelled; whether Splunk took the batch is not known.</exception>
    public async ValueTask<SendResult> SendAsync(HecRoute route, Batch batch, CancellationToken cancellationToken)
    {
        if (!route.Token.TryGetHeader(out var authorization, out var problem)) return SendResult.Retry(problem, needsOperator: true);
        await concurrency.EnterAsync(cancellationToken);
        var sign = LoadSign.None;
        var attempt = new Attempt(endpoints.Pick(), time.GetTimestamp());
        SendResult? result;
        try
        {
            (result, sign) = await PostAsync(route, batch, attempt, authorization, cancellationToken);
        }
        catch (Exception e) when (HttpTrouble.IsExpected(e, cancellationToken))
        {
            (result, sign) = (NoAnswer(e, attempt.Target), LoadSign.Overload);
        }
        finally
        {
            concurrency.Leave(attempt.StartedAt, sign);
        }

        return result ?? await AcknowledgeAsync(route, attempt, cancellationToken);
    }

    /// <returns>What follows from the answer, null = the batch waits for its acknowledgement; and what it says about the load.</returns>
    private async Task<(SendResult? Result, LoadSign Sign)> PostAsync(
        HecRoute route, Batch batch, Attempt attempt, string authorization, CancellationToken cancellationToken)
    {
        var channels = attempt.Target.Channels(route.Token);
        var channel = channels.For(authorization);
        var underWay = channel.Begin();
        var isHeard = false;
        var body = bodies.Rent();
        try
        {
            var request = route.Encode(batch, body);
            var wire = body.Complete();
            attempt.Target.CountRequest();
            var answer = await attempt.Target.Client.PostAsync(new(authorization, channel.Id, underWay.Cookie, wire, body.IsGzip, request.Target), cancellationToken);
            isHeard = HecAnswers.IsFromCollector(answer);
            var answeredOn = channel.Answered(underWay, answer.SetCookies);
            metrics.AddBytesSent(wire.Length);
            var verdict = route.Learn(HecAnswers.Read(answer, request), batch);
            var sign = HecAnswers.LoadOf(answer);
            if (verdict.Result.Outcome != RecordOutcome.Delivered) return (Refused(route, verdict, answer, attempt.Target, channel), sign);
            if (answer.AckId is not { } id || !route.Acknowledgement.IsWanted) return (Accepted(route, verdict, answer, attempt), sign);
            route.Acknowledgement.Found();
            Note(attempt.Target, verdict);
            attempt.Await(id, answeredOn, channels.Await(underWay, channel, answeredOn, id));
            return (null, sign);
        }
        finally
        {
            channel.End(underWay, isHeard);
            bodies.Return(body);
        }
    }

    private SendResult Refused(HecRoute route, HecVerdict verdict, in HecResponse answer, HecTarget target, HecChannel channel)
    {
        var (reason, code) = (verdict.Result.Reason!, verdict.Result.Code);
        if (verdict.FollowUp == HecFollowUp.NewChannel) channel.Close();
        if (verdict.FollowUp == HecFollowUp.ReadToken && route.Token.Renew(channel.Authorization))
            return SendResult.Retry("the token was refused, and has been renewed meanwhile", code, TimeSpan.Zero);
        if (verdict.FollowUp == HecFollowUp.NoAcknowledgement && route.Acknowledgement.IsOn && route.Acknowledgement.Missing())
            return SendResult.Retry(reason, code, TimeSpan.Zero);
        if (endpoints.Failed(target, HecAnswers.FaultOf(answer), reason))
            return SendResult.Retry($"{target.Client.Endpoint.Authority}: {reason}", code, TimeSpan.Zero);
        return route.Acknowledgement.IsOn ? verdict.WithoutUnacknowledged().Result : verdict.Result;
    }

    /// <summary>Taken without an id to ask for.</summary>
    private SendResult Accepted(HecRoute route, HecVerdict verdict, in HecResponse answer, Attempt attempt)
    {
        if (!route.Acknowledgement.Missing())
            return SendResult.Retry("Splunk took the batch without an acknowledgement id: enable indexer acknowledgement for the token, or write acknowledgement: auto", HecAnswers.Code(answer), needsOperator: true);
        Note(attempt.Target, verdict);
        endpoints.Delivered(attempt.Target, attempt.StartedAt);
        return SendResult.Delivered;
    }

    private void Note(HecTarget target, HecVerdict verdict)
    {
        if (target.SetNearlyFull(verdict.FollowUp == HecFollowUp.SlowDown)) Log.NearlyFull(log, target.Client.Endpoint);
    }

    private async ValueTask<SendResult> AcknowledgeAsync(HecRoute route, Attempt attempt, CancellationToken cancellationToken)
    {
        var target = attempt.Target;
        switch (await attempt.AcknowledgedAsync(cancellationToken))
        {
            case AckOutcome.Acknowledged:
                endpoints.Delivered(target, attempt.StartedAt);
                return SendResult.Delivered;
            case AckOutcome.TimedOut:
                attempt.Channel!.Close();
                const string Silent = "the indexer did not acknowledge the batch within acknowledgementTimeout";
                endpoints.Failed(target, HecFault.Doubtful, Silent);
                return SendResult.Retry($"{target.Client.Endpoint.Authority}: {Silent}", retryAfter: TimeSpan.Zero);
            case AckOutcome.SwitchedOff:
                const string Off = "acknowledgement was switched off for the token while the batch waited for it";
                return route.Acknowledgement.Missing() ? SendResult.Retry(Off, retryAfter: TimeSpan.Zero) : SendResult.Retry(Off, needsOperator: true);
            default:
                return SendResult.Retry(
                    $"{target.Client.Endpoint.Authority}: another indexer answers now, so that the batch cannot be acknowledged any more; if this goes on, make the load balancer's sessions sticky",
                    retryAfter: TimeSpan.Zero);
        }
    }

    private SendResult NoAnswer(Exception e, HecTarget target)
    {
        var result = HttpTrouble.ToResult(e, target.Client.Endpoint);
        var fault = HttpTrouble.IsUnreachable(e) ? HecFault.Gone : HecFault.Doubtful;
        return endpoints.Failed(target, fault, result.Reason!) ? SendResult.Retry(result.Reason!, retryAfter: TimeSpan.Zero) : result;
    }

    /// <summary>One request, and the wait for its acknowledgement.</summary>
    private sealed class Attempt(HecTarget target, long startedAt)
    {
        private Task<AckOutcome>? _acknowledged;
        private long _id;

        public HecTarget Target => target;

        public long StartedAt => startedAt;

        public HecChannel? Channel { get; private set; }

        public void Await(long id, HecChannel channel, Task<AckOutcome> acknowledged) => (_id, Channel, _acknowledged) = (id, channel, acknowledged);

        public async Task<AckOutcome> AcknowledgedAsync(CancellationToken cancellationToken)
        {
            try
            {
                return await _acknowledged!.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                Channel!.Forget(_id);
                throw;
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Endpoint} takes events, but says that its queues are nearly full; fewer requests are sent at the same time until it keeps pace")]
        public static partial void NearlyFull(ILogger logger, Uri endpoint);
    }
}
