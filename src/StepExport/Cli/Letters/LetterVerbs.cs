using System.CommandLine;
using StepExport.Configuration;
using StepExport.Core.DeadLetters;
using StepExport.Sinks.Console;

namespace StepExport.Cli.Letters;

/// <summary><c>deadletter list|show|replay|export</c>: what could not be exported. Works beside a running program and without one.</summary>
internal static class LetterVerbs
{
    public static Command Create(CliContext context) => new("deadletter", "See, replay and take out what could not be exported; of a running or a stopped program.")
    {
        List(context), Show(context), Replay(context), Export(context),
    };

    private static Command List(CliContext context)
    {
        var (file, filter, json) = (ConfigFile.Option(), new LetterFilter(context.Time), new Option<bool>("--json") { Description = "One JSON object per line." });
        var limit = new Option<int>("--limit") { Description = "Show at most so many, the oldest first.", HelpName = "N", DefaultValueFactory = _ => 50 };
        var command = new Command("list", "List dead letters: whose, since when, why.") { file, limit, json };
        filter.AddTo(command);
        command.SetAction((parsed, _) => OpenAsync(parsed.GetValue(file), context, (store, _) =>
            LetterList.ExecuteAsync(store, filter.Read(parsed), parsed.GetValue(limit), parsed.GetValue(json), context, Terminal.OfStandardOutput())));
        return command;
    }

    private static Command Show(CliContext context)
    {
        var file = ConfigFile.Option();
        var id = new Argument<long>("ID") { Description = "As 'list' shows it." };
        var json = new Option<bool>("--json") { Description = "As JSON." };
        var command = new Command("show", "Show one dead letter with its bytes.") { id, file, json };
        command.SetAction((parsed, _) => OpenAsync(parsed.GetValue(file), context, (store, _) =>
            LetterPage.ExecuteAsync(store, parsed.GetValue(id), parsed.GetValue(json), context)));
        return command;
    }

    private static Command Export(CliContext context)
    {
        var (file, filter) = (ConfigFile.Option(), new LetterFilter(context.Time));
        var envelope = new Option<bool>("--envelope") { Description = "With reason, component, time and the rest; also letters that are no JSON." };
        var output = new Option<string?>("--output", "-o") { Description = "A new file, readable by its owner alone; standard output when left out.", HelpName = "FILE" };
        var remove = new Option<bool>("--remove") { Description = "Take out of the store what is durable in the file." };
        var limit = new Option<int>("--limit") { Description = "At most so many, the oldest first.", HelpName = "N", DefaultValueFactory = _ => int.MaxValue };
        var command = new Command("export", "Write the payloads as NDJSON: of a sink the OCSF findings, of a source the input as received.") { file, envelope, output, remove, limit };
        filter.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(remove) && result.GetValue(output) is null) result.AddError("--remove needs --output FILE: what is taken out has to be durable somewhere");
        });
        command.SetAction((parsed, stop) => OpenAsync(parsed.GetValue(file), context, (store, _) => LetterExport.ExecuteAsync(
            store, filter.Read(parsed), new(parsed.GetValue(output), parsed.GetValue(envelope), parsed.GetValue(remove), parsed.GetValue(limit)), context, stop)));
        return command;
    }

    private static Command Replay(CliContext context)
    {
        var (file, filter) = (ConfigFile.Option(), new LetterFilter(context.Time));
        var ids = new Argument<long[]>("ID") { Description = "Letters, as 'list' shows them.", Arity = ArgumentArity.ZeroOrMore };
        var to = new Option<string?>("--to") { Description = "Send letters of sinks to this sink instead of their own.", HelpName = "SINK" };
        var all = new Option<bool>("--all") { Description = "Every letter." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would be done." };
        var wait = new Option<string>("--wait") { Description = "How long to wait for the outcome.", HelpName = "DURATION", DefaultValueFactory = _ => "60s" };
        var command = new Command("replay", "Send letters of sinks to their sink again, and take letters of intake through the mapper again.") { ids, file, to, all, dryRun, wait };
        filter.AddTo(command);
        wait.Validators.Add(result =>
        {
            try
            {
                Duration.Parse(result.Tokens.Count == 0 ? "0s" : result.Tokens[0].Value);
            }
            catch (FormatException e)
            {
                result.AddError(e.Message);
            }
        });
        command.Validators.Add(result =>
        {
            if (!result.GetValue(all) && result.GetValue(ids) is not { Length: > 0 } && !command.Options.Any(o => o.Name is "--sink" or "--source" or "--reason" or "--type" or "--since" or "--until" && result.GetResult(o) is { Implicit: false }))
                result.AddError("which letters? Give their ids, a filter, or --all");
        });
        command.SetAction((parsed, stop) => OpenAsync(parsed.GetValue(file), context, (store, config) => new LetterReplayVerb(store, config, context).ExecuteAsync(
            parsed.GetValue(file) ?? ConfigFile.Default!, filter.Read(parsed) with { Ids = parsed.GetValue(ids) ?? [] }, parsed.GetValue(to), parsed.GetValue(dryRun),
            Duration.Parse(parsed.GetValue(wait)!), stop)));
        return command;
    }

    /// <summary>Opens the store that a program has made; a look must not make one.</summary>
    private static Task<int> OpenAsync(string? file, CliContext context, Func<DeadLetterStore, ConfigGlance, Task<int>> use) => ConfigFile.GlanceAsync(file, context, async config =>
    {
        var path = ExportConfig.DeadLettersIn(config.DataDir);
        if (!File.Exists(path)) throw new IOException($"{Path.GetFullPath(path)} is not there: the program has not run with this dataDir");
        using var store = DeadLetterStore.Open(path, context.Time);
        return await use(store, config);
    });
}
