using System.Text.RegularExpressions;
using StepExport.Configuration;
using StepExport.Http;

namespace StepExport.Sources.S3;

/// <summary>What the shape of <see cref="NotificationsConfig"/> does not show.</summary>
internal static partial class NotificationRules
{
    public static void Validate(S3SourceConfig source, NotificationsConfig config, ConfigProblems problems)
    {
        var region = config.Region ?? source.Region;
        if (string.IsNullOrWhiteSpace(region)) problems.Add("notifications.region", "is missing; add the queue's region, e.g. eu-west-1");
        if (Read("notifications.queueUrl", config.QueueUrl, config.Endpoint is null, problems) is { } queue)
        {
            if (queue.AbsolutePath == "/" || queue.Query.Length > 0)
                problems.Add("notifications.queueUrl", "names no queue; copy the whole address, as https://sqs.eu-west-1.amazonaws.com/123456789012/detections");
            if (AmazonHost().Match(queue.Host) is { Success: true } host && region is not null && host.Groups[1].Value != region)
                problems.Add("notifications.region", $"is {region}, but the queue is in {host.Groups[1].Value}; write that");
        }

        if (config.Endpoint is { } text && Read("notifications.endpoint", text, true, problems) is { PathAndQuery: not "/" })
            problems.Add("notifications.endpoint", "has a path; write the address alone");
        if (config.WaitTime.Value.Ticks % TimeSpan.TicksPerSecond != 0) problems.Add("notifications.waitTime", "is not in whole seconds; SQS knows no others");
        if (config.WaitTime.Value >= source.Timeout.Value)
            problems.Add("notifications.waitTime", $"{config.WaitTime} is not less than timeout {source.Timeout}; lower it or raise timeout");
        if (source.Bucket.StartsWith("arn:", StringComparison.Ordinal))
            problems.Add("bucket", "is an ARN, but notifications name the bucket itself; write its name");
    }

    private static Uri? Read(string path, string text, bool isAsked, ConfigProblems problems)
    {
        var address = HttpAddress.Read(path, text, "https://sqs.eu-west-1.amazonaws.com", problems);
        if (isAsked && address is not null) HttpAddress.WarnOfPlain(path, address, "the names of the objects to read", problems);
        return address;
    }

    [GeneratedRegex(@"^sqs\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\z")]
    private static partial Regex AmazonHost();
}
