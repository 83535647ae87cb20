using Microsoft.Extensions.Time.Testing;
using StepExport.Core.Telemetry;

namespace StepExport.Tests.Admin;

/// <summary>A program in the middle of its work, with names that need escaping.</summary>
internal sealed class SampleStatus
{
    public SampleStatus()
    {
        Time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        Source = new("in", Time);
        Sink = new("splunk", Time);
        Status = new(Time)
        {
            Version = "1.2.3",
            Sources = [Source],
            Sinks = [Sink, new("file", Time)],
            Journal = () => new(5000, 2_000_000, 42, ["cut 17 bytes of a torn frame"], JournalTrouble, 8) { Removed = Removed },
            Dedupe = () => new(17, Time.GetUtcNow().AddHours(-1).ToUnixTimeMilliseconds(), DedupeTrouble),
            DeadLetters = () => new(3, 900, 4, 1_000_000, [new("sink", "splunk", 2, 600), new("source", "in", 1, 300)])
            {
                Alarm = DeadLetterAlarm,
                Trouble = DeadLetterTrouble,
                Replayed = 6,
                RefusedAgain = 5,
            },
        };
        var pendingSince = Time.GetUtcNow();
        (GitHub, Webhook) = (new(Time), new(Time));
        Status.Checks = () => new(new(2, 7, 4, 1, pendingSince), [("approved", 3), ("forbidden", 1)])
        {
            Trouble = ChecksTrouble,
            GitHub = new(GitHub, 11, 5, 2, [(202, 9), (401, 1)]) { Webhook = Webhook },
        };
        Source.AddReceived(45);
        Source.AddRejected(3);
        Source.AddDurable(42);
        Source.AddDeduplicated(2);
        Source.AddRedactions(7);
        Source.AddRequest(401);
        Source.AddRequest(401);
        Source.AddNormalized("Agent-Tampered", 41);
        Source.AddNormalized("a\"b\\c\nd", 1);
        Source.DurableLatency.Record(TimeSpan.FromMilliseconds(2));
        Sink.AddDelivered(30);
        Sink.AddRetried(5);
        Sink.AddRejected(2);
        Sink.AddFiltered(1);
        Sink.AddBytesSent(999);
        Sink.Committed = 33;
        Sink.RequestStarted();
        Sink.RequestStarted();
        Sink.RequestEnded(TimeSpan.FromMilliseconds(30));
        Sink.OldestUndeliveredMs = Time.GetUtcNow().ToUnixTimeMilliseconds();
        Time.Advance(TimeSpan.FromSeconds(90.5));
    }

    public FakeTimeProvider Time { get; }

    public SourceMetrics Source { get; }

    public SinkMetrics Sink { get; }

    public ComponentHealth GitHub { get; }

    public ComponentHealth Webhook { get; }

    public StatusSource Status { get; }

    public string? ChecksTrouble { get; set; }

    public string? JournalTrouble { get; set; }

    public RemovedSink[] Removed { get; set; } = [];

    public string? DedupeTrouble { get; set; }
    public string? DeadLetterAlarm { get; set; }

    public string? DeadLetterTrouble { get; set; }
}
