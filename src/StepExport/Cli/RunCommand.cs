using Serilog;
using Serilog.Events;
using StepExport.Admin;
using StepExport.Configuration;
using StepExport.Sinks.Console;

namespace StepExport.Cli;

/// <summary><c>run</c>: the worker.</summary>
internal static class RunCommand
{
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(10);

    /// <param name="config">Checked.</param>
    /// <param name="once">Read bounded sources to their end, drain, then end.</param>
    /// <param name="context">Where to print.</param>
    /// <param name="stop">Cancelled by SIGTERM and SIGINT.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="IOException">The data directory is in use or cannot be written, or the admin port is taken.</exception>
    public static async Task<int> ExecuteAsync(ExportConfig config, bool once, CliContext context, CancellationToken stop)
    {
        await using var log = ProgramLog.Create(Enum.Parse<LogEventLevel>(config.Log.Level.ToString()));
        using var loggers = new LoggerFactory().AddSerilog(log);
        await using var graph = Composition.Build(config, once, context.Time, loggers);
        await using var admin = await AdminServer.StartAsync(config.Admin, graph.Status, stop);

        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Logging.AddSerilog(log);
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
        if (once && worker.Result != ExitCode.Failure) await context.Error.WriteAsync(RunSummary.Of(graph, config));
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
}
