using System.CommandLine;
using StepExport.Reload;

namespace StepExport.Cli;

/// <summary><c>reload</c>: lets a running program read its configuration again.</summary>
internal static class ReloadCommand
{
    public static Command Create(CliContext context)
    {
        var (url, file) = (AdminTarget.Url(), ConfigFile.Option());
        var command = new Command("reload", "Let a running program read its configuration again, like SIGHUP: what changed is exchanged, an error changes nothing (exit 78).") { url, file };
        command.SetAction((parsed, stop) => ExecuteAsync(parsed.GetValue(url), parsed.GetValue(file), context, stop));
        return command;
    }

    private static async Task<int> ExecuteAsync(Uri? url, string? file, CliContext context, CancellationToken stop)
    {
        // A file that is no configuration at all does not even say whom to ask; its mistakes are shown all the same.
        if (url is null && (file ?? ConfigFile.Default) is { } config && !ConfigGlance.CanRead(config))
            return await ConfigFile.UseAsync(config, context, _ => Task.FromResult(ExitCode.Configuration));
        using var client = AdminTarget.Connect(url, file);
        var report = await client.ReloadAsync(stop);
        foreach (var warning in report.Warnings) await WriteAsync(context.Error, $"warning: {warning}");
        foreach (var error in report.Errors) await WriteAsync(context.Error, error);
        if (report.Outcome == ReloadOutcome.Refused)
        {
            await context.Error.WriteLineAsync("The reload was refused: everything runs on as it did.");
            return ExitCode.Configuration;
        }

        foreach (var change in report.Changes) await WriteAsync(context.Output, change);
        if (report.Outcome == ReloadOutcome.Unchanged) await context.Output.WriteLineAsync("Nothing is different.");
        return report.Errors.Count == 0 ? ExitCode.Ok : ExitCode.Failure;
    }

    private static Task WriteAsync(TextWriter writer, string line) => writer.WriteLineAsync(TerminalText.Escape(line));
}
