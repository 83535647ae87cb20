using Microsoft.Extensions.Logging.Abstractions;
using StepExport.Configuration;
using StepExport.Core.Telemetry;

namespace StepExport.Cli;

/// <summary><c>check</c>: says what a valid configuration will do, and asks sources and destinations when told to.</summary>
internal static class CheckCommand
{
    /// <summary>Longest that one of them may take to answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async Task<int> ExecuteAsync(string file, ExportConfig config, bool connect, CliContext context, CancellationToken stop)
    {
        foreach (var warning in RemovedSinks.Warnings(config)) await context.Error.WriteLineAsync($"warning: {file}: {warning}");
        await context.Output.WriteLineAsync(ConfigSummary.Of(file, config));
        if (!connect) return ExitCode.Ok;
        (string Name, Task<CheckResult> Verdict)[] asked =
        [
            .. config.Sources.Select(source => (source.Name, AskAsync(source, config, context.Time, stop))),
            .. config.Sinks.Select(sink => (sink.Name, AskAsync(sink, config, context.Time, stop))),
        ];
        var verdicts = await Task.WhenAll(asked.Select(a => a.Verdict));
        await context.Output.WriteLineAsync();
        foreach (var ((name, _), verdict) in asked.Zip(verdicts))
            await context.Output.WriteLineAsync($"{name}: {(verdict.Ok ? "ok" : "FAILED")}: {verdict.Message}");
        return verdicts.All(v => v.Ok) ? ExitCode.Ok : ExitCode.Failure;
    }

    /// <summary>Ends <c>check --strict</c>, after the warnings were shown.</summary>
    public static async Task<int> RefuseAsync(LoadedConfig loaded, CliContext context)
    {
        await context.Error.WriteLineAsync($"{Units.Count(loaded.Warnings.Count, "warning")}; --strict accepts none");
        return ExitCode.Configuration;
    }

    private static Task<CheckResult> AskAsync(SinkSection section, ExportConfig config, TimeProvider time, CancellationToken stop) =>
        AskAsync(
            async patience =>
            {
                var context = new SinkContext(new SinkMetrics(section.Name, time), config.WorkFolder(section.Name), time, NullLoggerFactory.Instance);
                await using var sink = section.Factory.Create(section.Name, section.Config, context);
                return await sink.CheckAsync(patience);
            },
            time,
            stop);

    private static Task<CheckResult> AskAsync(SourceSection section, ExportConfig config, TimeProvider time, CancellationToken stop) =>
        AskAsync(
            async patience =>
            {
                var context = new SourceContext(
                    new SourceMetrics(section.Name, time), null, config.SourceFolder(section.Name), Once: false, time, NullLoggerFactory.Instance);
                await using var source = section.Factory.Create(section.Name, section.Config, context);
                return await source.CheckAsync(patience);
            },
            time,
            stop);

    private static async Task<CheckResult> AskAsync(Func<CancellationToken, Task<CheckResult>> ask, TimeProvider time, CancellationToken stop)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stop);
        try
        {
            return await ask(either.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return new(false, $"no answer within {Patience.TotalSeconds:0} s");
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw;
        }
        // Boundary: whoever cannot even be asked has failed the check; the others still get their verdict.
        catch (Exception e)
        {
            return new(false, e.Message);
        }
    }
}
