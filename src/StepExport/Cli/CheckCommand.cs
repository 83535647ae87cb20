using Microsoft.Extensions.Logging.Abstractions;
using StepExport.Configuration;
using StepExport.Core.Delivery;
using StepExport.Core.Telemetry;

namespace StepExport.Cli;

/// <summary><c>check</c>: says what a valid configuration will do, and asks the destinations when told to.</summary>
internal static class CheckCommand
{
    /// <summary>Longest that one destination may take to answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async Task<int> ExecuteAsync(string file, ExportConfig config, bool connect, CliContext context, CancellationToken stop)
    {
        await context.Output.WriteLineAsync(ConfigSummary.Of(file, config));
        if (!connect) return ExitCode.Ok;
        var verdicts = await Task.WhenAll(config.Sinks.Select(sink => AskAsync(sink, config, context.Time, stop)));
        await context.Output.WriteLineAsync();
        foreach (var (sink, verdict) in config.Sinks.Zip(verdicts))
            await context.Output.WriteLineAsync($"{sink.Name}: {(verdict.Ok ? "ok" : "FAILED")}: {verdict.Message}");
        return verdicts.All(v => v.Ok) ? ExitCode.Ok : ExitCode.Failure;
    }

    private static async Task<CheckResult> AskAsync(SinkSection section, ExportConfig config, TimeProvider time, CancellationToken stop)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stop);
        try
        {
            var context = new SinkContext(new SinkMetrics(section.Name, time), config.WorkFolder(section.Name), time, NullLoggerFactory.Instance);
            await using var sink = section.Factory.Create(section.Name, section.Config, context);
            return await sink.CheckAsync(either.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return new(false, $"no answer within {Patience.TotalSeconds:0} s");
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw;
        }
        // Boundary: a sink that cannot even be asked has failed its check; the others still get their verdict.
        catch (Exception e)
        {
            return new(false, e.Message);
        }
    }
}
