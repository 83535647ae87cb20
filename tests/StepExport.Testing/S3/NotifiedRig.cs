using StepExport.Testing.Aws;

namespace StepExport.Testing.S3;

/// <summary>The s3 source with a queue; the clock stands, so that nothing is listed after the first round unless the test moves it.</summary>
internal sealed class NotifiedRig : IAsyncDisposable
{
    private NotifiedRig(S3SourceRig s3, FakeQueue queue) => (S3, Queue) = (s3, queue);

    public S3SourceRig S3 { get; }

    public FakeQueue Queue { get; }

    public static async Task<NotifiedRig> StartAsync()
    {
        var s3 = await S3SourceRig.StartAsync();
        var queue = new FakeQueue(s3.Journal.Time);
        await queue.StartAsync();
        s3.Config = s3.Config with
        {
            Notifications = new() { QueueUrl = queue.Url, Region = "eu-west-1" },
            PollInterval = new(TimeSpan.FromHours(1)),
            RelistInterval = new(TimeSpan.FromDays(7)),
        };
        return new(s3, queue);
    }

    /// <summary>As S3 writes it: the key encoded, a space as a plus.</summary>
    public static string Event(string key, string bucket = "detections", string name = "ObjectCreated:Put") =>
        $$$$"""{"Records":[{"eventSource":"aws:s3","eventName":"{{{{name}}}}","s3":{"bucket":{"name":"{{{{bucket}}}}"},"object":{"key":"{{{{Encoded(key)}}}}"}}}]}""";

    /// <summary>Starts it, and returns when everything was listed once: what comes later is found by its message alone.</summary>
    public async Task FollowAsync()
    {
        S3.Follow();
        await UntilAsync(() => S3.Clock.IsAsleep);
    }

    public Task DurableAsync(params int[] numbers) => UntilAsync(() => numbers.All(S3.Journal.Durable().Contains));

    /// <summary>Waits in real time; the clock goes on by the step at each look. Fails after half a minute.</summary>
    public async Task UntilAsync(Func<bool> condition, TimeSpan step = default)
    {
        using var tooLong = new CancellationTokenSource(Hangs.After);
        while (!condition())
        {
            if (step > TimeSpan.Zero) S3.Journal.Time.Advance(step);
            await Task.Delay(2, tooLong.Token);
        }
    }

    private static string Encoded(string key) => Uri.EscapeDataString(key).Replace("%20", "+", StringComparison.Ordinal);

    public async ValueTask DisposeAsync()
    {
        await S3.DisposeAsync();
        await Queue.DisposeAsync();
    }
}
