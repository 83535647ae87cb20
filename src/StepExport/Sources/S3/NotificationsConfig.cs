using StepExport.Configuration;

namespace StepExport.Sources.S3;

/// <summary>An SQS queue that the bucket's events go to, straight or through SNS or EventBridge: new objects are read within seconds.
/// The listing stays as the safety net.</summary>
internal sealed record NotificationsConfig
{
    /// <summary>Address of the queue as SQS shows it, e.g. https://sqs.eu-west-1.amazonaws.com/123456789012/detections. A queue of this source
    /// alone: its messages are deleted.</summary>
    public required string QueueUrl { get; init; }

    /// <summary>Region of the queue; the source's when left out.</summary>
    public string? Region { get; init; }

    /// <summary>Address of a VPC endpoint or another SQS; the host of queueUrl when left out.</summary>
    public string? Endpoint { get; init; }

    /// <summary>How long an answer may wait for a message, 1s to 20s in whole seconds, or 0s: one question per second. Less than the source's timeout.</summary>
    [DurationRange("1s", "20s", OrZero = true)]
    public Duration WaitTime { get; init; } = new(TimeSpan.FromSeconds(20));

    /// <summary>How long a message that was received stays hidden, 1s to 12h; the queue's own when left out. Longer than ten objects take to read.</summary>
    [DurationRange("1s", "12h")]
    public Duration? VisibilityTimeout { get; init; }

    /// <summary>Messages per answer, 1 to 10.</summary>
    [NumberRange(1, 10)]
    public int MaxMessages { get; init; } = 10;
}
