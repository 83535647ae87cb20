using System.CommandLine;
using StepExport.Cli.Checks;
using StepExport.Cli.Letters;
using StepExport.Configuration;
using StepExport.Core.Formats;
using StepExport.Core.Ocsf;

namespace StepExport.Cli;

/// <summary>The verbs: what they are told, and who does them.</summary>
internal static class CommandLine
{
    /// <summary>Runs the program; the result is its exit code (<see cref="ExitCode"/>).</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CliContext context, CancellationToken stop = default)
    {
        var parsed = Create(context).Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var mistake in Mistakes(parsed)) await context.Error.WriteLineAsync($"stepexport: {mistake}");
            var command = parsed.CommandResult.Command;
            await context.Error.WriteLineAsync($"See '{PathOf(command)} --help'.");
            return ExitCode.Usage;
        }

        var configuration = new InvocationConfiguration
        {
            Output = context.Output,
            Error = context.Error,
            EnableDefaultExceptionHandler = false,
            // 'run' bounds its own end by shutdown.drainTimeout; the other verbs may be cut short.
            ProcessTerminationTimeout = parsed.CommandResult.Command.Name == "run" ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(2),
        };
        try
        {
            return await parsed.InvokeAsync(configuration, stop);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Failure;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await context.Error.WriteLineAsync($"stepexport: {e.Message}");
            return ExitCode.Failure;
        }
    }

    private static IEnumerable<string> Mistakes(ParseResult parsed)
    {
        if (parsed.CommandResult.Command is not RootCommand root) return parsed.Errors.Select(e => e.Message);
        var verbs = root.Subcommands.Select(c => c.Name).ToArray();
        return parsed.UnmatchedTokens is [var word, ..]
            ? [$"'{word}' is not a verb; {Suggestion.For(word, verbs)}"]
            : [$"a verb is missing; write one of {string.Join(", ", verbs)}"];
    }

    private static string PathOf(Command command) =>
        command is RootCommand ? "stepexport" : $"{PathOf(command.Parents.OfType<Command>().First())} {command.Name}";

    private static RootCommand Create(CliContext context)
    {
        var root = new RootCommand(HelpText.Description)
        {
            Run(context), Check(context), Map(context), StatusCommand.Create(context), TapCommand.Create(context), HealthCommand.Create(context), ReloadCommand.Create(context),
            CheckVerbs.Create(context), LetterVerbs.Create(context), JournalCommand.Create(context), Schema(context), Init(context),
        };
        HelpText.Attach(root);
        return root;
    }

    private static Command Run(CliContext context)
    {
        var file = ConfigFile.Option();
        var once = new Option<bool>("--once")
        {
            Description = "Read bounded sources to their end, deliver everything, print a summary and exit: 0, or 2 when something was dead-lettered.",
        };
        var command = new Command("run", "Run the worker until SIGTERM or Ctrl-C.") { file, once };
        command.SetAction((parsed, stop) => ConfigFile.UseAsync(parsed.GetValue(file), context, loaded =>
            RunCommand.ExecuteAsync(loaded, parsed.GetValue(once), context, stop), tellsWarnings: true));
        return command;
    }

    private static Command Check(CliContext context)
    {
        var file = ConfigFile.Option();
        var connect = new Option<bool>("--connect") { Description = "Also ask each sink's destination whether it would accept records; sends none." };
        var strict = new Option<bool>("--strict") { Description = "Take warnings for mistakes: exit 78 when there is any." };
        var command = new Command("check", "Check a configuration: every mistake and every danger at once, with its line.") { file, connect, strict };
        command.SetAction((parsed, stop) => ConfigFile.UseAsync(parsed.GetValue(file), context, loaded => parsed.GetValue(strict) && loaded.Warnings.Count > 0
            ? CheckCommand.RefuseAsync(loaded, context)
            : CheckCommand.ExecuteAsync(loaded.File, loaded.Config!, parsed.GetValue(connect), context, stop)));
        return command;
    }

    private static Command Map(CliContext context)
    {
        var input = new Argument<string>("FILE")
        {
            Description = "Detections as one object, an array, an envelope, NDJSON or concatenated; - is standard input.",
            DefaultValueFactory = _ => "-",
        };
        var version = new Option<string>("--ocsf-version")
        {
            Description = "OCSF schema version to write.",
            HelpName = "VERSION",
            DefaultValueFactory = _ => OcsfVersions.Default,
        };
        var format = new Option<string>("--format")
        {
            Description = "What to write: ocsf; ecs, the Elastic Common Schema; cim, the names of Splunk's CIM; raw, the detection as received, redacted, on one line.",
            DefaultValueFactory = _ => OutputFormats.Ocsf,
        };
        format.AcceptOnlyFromAmong([.. OutputFormats.Texts]);
        version.AcceptOnlyFromAmong([.. OcsfVersions.Texts]);
        var command = new Command("map", "Turn detections into findings, or events of another format: NDJSON out, bad ones on standard error with exit 1.") { input, format, version };
        command.Validators.Add(parsed =>
        {
            if (parsed.GetResult(version) is { Implicit: false } && parsed.GetValue(format) is { } chosen and not OutputFormats.Ocsf)
                parsed.AddError($"--ocsf-version has no effect with --format {chosen}; leave one of them out.");
        });
        command.SetAction((parsed, stop) =>
        {
            var written = new RecordFormat(OutputFormats.Parse(parsed.GetValue(format)!), OcsfVersions.Parse(parsed.GetValue(version)!));
            return MapCommand.ExecuteAsync(parsed.GetValue(input)!, written, context, stop);
        });
        return command;
    }

    private static Command Schema(CliContext context)
    {
        var command = new Command("schema", "Print the JSON schema of the configuration, for editors.");
        command.SetAction((_, _) => Resources.CopyAsync(Resources.Schema, context.Output));
        return command;
    }

    private static Command Init(CliContext context)
    {
        var file = new Argument<string>("FILE")
        {
            Description = "Where to write; an existing file is left alone.",
            DefaultValueFactory = _ => "stepexport.yaml",
        };
        var command = new Command("init", "Write a commented starter configuration.") { file };
        command.SetAction((parsed, _) => InitCommand.ExecuteAsync(parsed.GetValue(file)!, context));
        return command;
    }
}
