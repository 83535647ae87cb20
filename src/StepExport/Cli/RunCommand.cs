using System.Runtime.InteropServices;
using Serilog;
using StepExport.Admin;
using StepExport.Configuration;
using StepExport.Reload;
using StepExport.Sinks.Console;
using StepExport.Telemetry;

namespace StepExport.Cli;

/// <summary><c>run</c>: the worker.</summary>
internal static partial class RunCommand
{
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(10);

    /// <param name="loaded">Without errors.</param>
    /// <param name="once">Read bounded sources to their end, drain, then end.</param>
    /// <param name="context">Where to print.</param>
    /// <param name="stop">Cancelled by SIGTERM and SIGINT.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="IOException">The data directory is in use or cannot be written, or the admin port is taken.</exception>
    public static async Task<int> ExecuteAsync(LoadedConfig loaded, bool once, CliContext context, CancellationToken stop)
    {
        var config = loaded.Config!;
        await using var log = new ProgramLog(config.Log, !Console.IsErrorRedirected, context.Time);
        using var loggers = new LoggerFactory().AddSerilog(log.Logger);
        var logger = loggers.CreateLogger("StepExport.Configuration");
        foreach (var warning in loaded.Warnings) Log.Dangerous(logger, warning);
        await using var graph = Composition.Build(config, once, context.Time, loggers);
        graph.Status.OwnLog = log.Shipped;
        await using var telemetry = OtlpExport.Start(config.Telemetry, graph.Status, context.Time, loggers);
        using var reloader = new Reloader(
            loaded.File, new(context.Factories), config, graph.Lineup, graph.Status, loggers.CreateLogger<Reloader>());
        await using var admin = await AdminServer.StartAsync(
            config.Admin, graph.Status,
            new() { Taps = new(graph.Journal.OpenTail), Reload = once ? null : reloader.ReloadAsync, ChecksApi = graph.Checks?.Api, ChecksPages = graph.Checks?.Web }, stop);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            // With --once too: it would end the program.
            signal.Cancel = true;
            if (!once) _ = reloader.ReloadAsync();
        });

        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Logging.AddSerilog(log.Logger);
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = config.Shutdown.DrainTimeout.Value + StopGrace);
        builder.Services.AddSingleton(graph);
        builder.Services.AddSingleton(new RunSettings(once, config.Shutdown.DrainTimeout));
        builder.Services.AddSingleton<ExportWorker>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ExportWorker>());
        using var host = builder.Build();
        var worker = host.Services.GetRequiredService<ExportWorker>();

        // The console sink writes on the same terminal: its lines say more.
        var showProgress = once && !Console.IsErrorRedirected && !config.Sinks.Any(s => s.Config is ConsoleSinkConfig);
        await RunWithProgressAsync(host, graph, showProgress, context, stop);
        if (once && worker.Result != ExitCode.Failure) await context.Error.WriteAsync(RunSummary.Of(graph));
        return worker.Result;
    }

    private static async Task RunWithProgressAsync(IHost host, ExportGraph graph, bool showProgress, CliContext context, CancellationToken stop)
    {
        using var ended = new CancellationTokenSource();
        var progress = showProgress ? new RunProgress(graph, context.Time, context.Error).RunAsync(ended.Token) : Task.CompletedTask;
        try
        {
            await host.RunAsync(stop);
        }
        finally
        {
            await ended.CancelAsync();
            await progress;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Warning}")]
        public static partial void Dangerous(Microsoft.Extensions.Logging.ILogger logger, ConfigProblem warning);
    }
}
