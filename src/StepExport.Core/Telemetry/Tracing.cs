using System.Diagnostics;

namespace StepExport.Core.Telemetry;

/// <summary>Spans about requests, submissions and polls, never about a single event. Without a listener each costs a null check.</summary>
internal static class Tracing
{
    /// <summary>Name of the source, for listeners.</summary>
    public const string Name = "StepExport";

    private static readonly ActivitySource Source = new(Name);

    /// <summary>One attempt to bring a batch to a destination.</summary>
    /// <param name="sink">Its name.</param>
    /// <param name="records">In the batch.</param>
    /// <param name="attempt">From 1.</param>
    /// <returns>Null when nobody listens.</returns>
    public static Activity? SendBatch(string sink, int records, int attempt)
    {
        var span = Source.StartActivity("send batch", ActivityKind.Client);
        span?.SetTag("sink", sink).SetTag("records", records).SetTag("attempt", attempt);
        return span;
    }

    /// <summary>From handing a submission to the journal until it is durable.</summary>
    /// <param name="source">Its name.</param>
    /// <param name="records">In the submission.</param>
    /// <param name="bytes">Of the records.</param>
    /// <returns>Null when nobody listens.</returns>
    public static Activity? Submit(string source, int records, long bytes)
    {
        var span = Source.StartActivity("submit");
        span?.SetTag("source", source).SetTag("records", records).SetTag("bytes", bytes);
        return span;
    }

    /// <summary>One question of a source to the other side.</summary>
    /// <param name="source">Its name.</param>
    /// <param name="part">What is asked for.</param>
    /// <returns>Null when nobody listens.</returns>
    public static Activity? Poll(string source, string part)
    {
        var span = Source.StartActivity("poll", ActivityKind.Client);
        span?.SetTag("source", source).SetTag("part", part);
        return span;
    }

    /// <summary>Writes down how it ended; a reason makes it a failure.</summary>
    public static void End(this Activity? span, string outcome, string? reason = null)
    {
        if (span is null) return;
        span.SetTag("outcome", outcome);
        if (reason is not null) span.SetStatus(ActivityStatusCode.Error, reason);
    }
}
