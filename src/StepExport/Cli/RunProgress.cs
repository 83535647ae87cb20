using System.Globalization;

namespace StepExport.Cli;

/// <summary>One line on a terminal that says how far a long run is; erased at the end. Silent when standard error is no terminal.</summary>
internal sealed class RunProgress(ExportGraph graph, TimeProvider time, TextWriter terminal)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Shows progress until cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var started = time.GetTimestamp();
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop)) await terminal.WriteAsync($"\r\u001b[2K{Line(time.GetElapsedTime(started))}");
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await terminal.WriteAsync("\r\u001b[2K");
        }
    }

    private string Line(TimeSpan elapsed)
    {
        var durable = graph.Lineup.Sources.Sum(s => s.Metrics.Durable);
        var sinks = graph.Lineup.Sinks.Select(s =>
            string.Create(CultureInfo.InvariantCulture, $"{s.Name} {s.Metrics.Delivered:N0}{(s.Metrics.Health.Current.Ok ? "" : " (in trouble)")}"));
        return string.Create(CultureInfo.InvariantCulture,
            $"{durable:N0} durable, {durable / Math.Max(elapsed.TotalSeconds, 0.001):N0}/s; delivered: {string.Join(", ", sinks)}");
    }
}
