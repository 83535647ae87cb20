using System.CommandLine;
using System.Text.Json;
using StepExport.Admin;
using StepExport.Sinks.Console;

namespace StepExport.Cli;

/// <summary><c>status</c>: a running program at one moment, or again and again. Rates are the difference of two looks.</summary>
internal static class StatusCommand
{
    private const string Page = "/api/status";
    private const string TopLeft = "\e[H";
    private const string ClearToEndOfLine = "\e[K\n";
    private const string ClearBelow = "\e[J";
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenScreens = TimeSpan.FromSeconds(2);
    private static readonly JsonSerializerOptions Layout = new(JsonSerializerDefaults.Web);

    public static Command Create(CliContext context)
    {
        var (url, file) = (AdminTarget.Url(), ConfigFile.Option());
        var watch = new Option<bool>("--watch", "-w") { Description = "Look every two seconds until Ctrl-C." };
        var json = new Option<bool>("--json") { Description = "The program's own report as JSON, one look; rates are the reader's to compute." };
        var command = new Command("status", "Show a running program: sources, sinks, lag, rates, health and why.") { url, file, watch, json };
        command.SetAction(async (parsed, stop) =>
        {
            using var client = AdminTarget.Connect(parsed.GetValue(url), parsed.GetValue(file));
            if (parsed.GetValue(json))
            {
                await context.Output.WriteLineAsync(await client.GetAsync(Page, stop));
                return ExitCode.Ok;
            }

            return await ShowAsync(client, parsed.GetValue(watch), Terminal.OfStandardOutput(), context, stop);
        });
        return command;
    }

    private static async Task<int> ShowAsync(AdminClient client, bool watch, Terminal terminal, CliContext context, CancellationToken stop)
    {
        var before = await LookAsync(client, stop);
        await Task.Delay(BetweenLooks, context.Time, stop);
        var now = await LookAsync(client, stop);
        if (!watch)
        {
            await context.Output.WriteAsync(StatusText.Of(before, now, client.Address, terminal));
            return ExitCode.Ok;
        }

        try
        {
            if (terminal.IsTerminal) await context.Output.WriteAsync(TopLeft + ClearBelow);
            while (true)
            {
                var text = StatusText.Of(before, now, client.Address, terminal);
                await context.Output.WriteAsync(terminal.IsTerminal ? TopLeft + text.Replace("\n", ClearToEndOfLine, StringComparison.Ordinal) + ClearBelow : text + "\n");
                await context.Output.FlushAsync(stop);
                await Task.Delay(BetweenScreens, context.Time, stop);
                (before, now) = (now, await LookAsync(client, stop));
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCode.Ok;
        }
    }

    private static async Task<StatusReport> LookAsync(AdminClient client, CancellationToken stop)
    {
        var body = await client.GetAsync(Page, stop);
        try
        {
            return JsonSerializer.Deserialize<StatusReport>(body, Layout)!;
        }
        catch (JsonException e)
        {
            throw new IOException($"{client.Address} answers something that is no status of this version: {e.Message}", e);
        }
    }
}
