using StepExport.Testing.Ingest;

namespace StepExport.Tests.Sources.File;

/// <summary>Wherever reading stops, it goes on so that each detection is in the journal exactly once.</summary>
public sealed class FileSourceCheckpointTests
{
    [Theory]
    [InlineData("ndjson")]
    [InlineData("array")]
    [InlineData("envelope")]
    [InlineData("concatenated")]
    public async Task Stopped_at_any_submission_each_detection_is_durable_once(string shape)
    {
        await using var rig = new IngressRig();
        var items = Enumerable.Range(0, 40).Select(IngressRig.Detection).ToArray();
        rig.Put("b.json", shape switch
        {
            "array" => "[\n" + string.Join(",\n", items) + "]",
            "envelope" => "{\"data\":{\"detections\":[" + string.Join(",", items) + "],\"count\":40}}",
            "concatenated" => string.Concat(items),
            _ => string.Join('\n', items),
        });
        rig.Put("a.ndjson", "rubbish\n" + IngressRig.Lines(100, 10));

        var runs = 0;
        for (var done = false; !done; runs++) done = await RunUntilStoppedAsync(rig, submissions: 1 + (runs % 3));

        Assert.Equal([.. Enumerable.Range(100, 10), .. Enumerable.Range(0, 40)], rig.Durable());
        Assert.Equal(1, rig.DeadLetters.Count);
        Assert.True(runs > 5, $"{runs} runs");
    }

    /// <summary>Reads with submissions of three detections, and is stopped after some of them, as a crash would.</summary>
    private static async Task<bool> RunUntilStoppedAsync(IngressRig rig, int submissions)
    {
        using var stop = new CancellationTokenSource();
        using var ingress = rig.Ingress(new() { SubmissionDetections = 3, InFlight = 1 }, new StoppingClock(submissions, stop));
        await using var source = rig.Source("*");
        await source.RunAsync(ingress, stop.Token);
        var stopped = stop.IsCancellationRequested;
        await rig.RestartAsync();
        return !stopped;
    }

    /// <summary>A submission looks at the clock when it is handed to the journal: that one is the last.</summary>
    private sealed class StoppingClock(int submissions, CancellationTokenSource stop) : TimeProvider
    {
        public override long GetTimestamp()
        {
            if (--submissions < 0) stop.Cancel();
            return 0;
        }
    }
}
