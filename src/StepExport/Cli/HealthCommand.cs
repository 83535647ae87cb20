using System.CommandLine;
using System.Net;

namespace StepExport.Cli;

/// <summary><c>health</c>: asks a running program how it is; for a container's health check.</summary>
internal static class HealthCommand
{
    public static Command Create(CliContext context)
    {
        var (url, file) = (AdminTarget.Url(), ConfigFile.Option());
        var ready = new Option<bool>("--ready") { Description = "Ask whether every source and sink does its work (/readyz), not only whether the program runs (/livez)." };
        var command = new Command("health", "Ask a running program how it is: exit 0 or 1, for a container's HEALTHCHECK.") { url, file, ready };
        command.SetAction((parsed, stop) => ExecuteAsync(parsed.GetValue(url), parsed.GetValue(file), parsed.GetValue(ready), context, stop));
        return command;
    }

    private static async Task<int> ExecuteAsync(Uri? url, string? file, bool ready, CliContext context, CancellationToken stop)
    {
        using var client = AdminTarget.Connect(url, file);
        var (status, body) = await client.AskAsync(ready ? "/readyz" : "/livez", stop);
        var isWell = status == HttpStatusCode.OK;
        await (isWell ? context.Output : context.Error).WriteLineAsync(TerminalText.Escape(body.Trim(), keepLines: true));
        return isWell ? ExitCode.Ok : ExitCode.Failure;
    }
}
