using System.CommandLine;
using System.Globalization;
using StepExport.Checks;
using StepExport.Core.Checks;
using StepExport.Sinks.Console;

namespace StepExport.Cli.Checks;

/// <summary><c>checks list|show|approve</c>: the checks of a running program.</summary>
internal static class CheckVerbs
{
    /// <summary>Holds the token of the person who approves.</summary>
    public const string TokenVariable = "STEPEXPORT_OPERATOR_TOKEN";

    public static Command Create(CliContext context) => new("checks", "List, show and approve the checks of workflow runs, of a running program.")
    {
        List(context), Show(context), Approve(context),
    };

    private static Command List(CliContext context)
    {
        var (url, file) = (AdminTarget.Url(), ConfigFile.Option());
        var conclusion = new Option<string?>("--conclusion") { Description = "Checks that have come to this." };
        var status = new Option<string?>("--status") { Description = "pending: somebody has to look." };
        var repository = new Option<string?>("--repo") { Description = "Checks of this repository.", HelpName = "OWNER/REPO" };
        var search = new Option<string?>("--search") { Description = "Text in repository, run, workflow, branch, commit, #pull, endpoint, process or approver, in any case.", HelpName = "TEXT" };
        var page = new Option<int>("--page") { Description = "The newest are on the first.", HelpName = "N", DefaultValueFactory = _ => 1 };
        var size = new Option<int>("--size") { Description = $"Checks per page, 1 to {CheckQueryText.LargestSize}.", HelpName = "N", DefaultValueFactory = _ => new CheckQuery().Size };
        var json = new Option<bool>("--json") { Description = "One JSON object per line." };
        conclusion.AcceptOnlyFromAmong("success", "failure");
        status.AcceptOnlyFromAmong("pending", "approved");
        var command = new Command("list", "List checks, the newest first.") { url, file, conclusion, status, repository, search, page, size, json };
        command.SetAction(async (parsed, stop) =>
        {
            using var client = AdminTarget.Connect(parsed.GetValue(url), parsed.GetValue(file));
            var query = string.Join('&', new[]
            {
                Condition("conclusion", parsed.GetValue(conclusion)), Condition("status", parsed.GetValue(status)), Condition("repository", parsed.GetValue(repository)),
                Condition("search", parsed.GetValue(search)), Condition("page", Number(parsed.GetValue(page))), Condition("size", Number(parsed.GetValue(size))),
            }.OfType<string>());
            var found = await new CheckClient(client).ListAsync(query, stop);
            await context.Output.WriteAsync(parsed.GetValue(json) ? CheckText.Lines(found) : CheckText.Table(found, Terminal.OfStandardOutput()));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Show(CliContext context)
    {
        var (url, file, key) = (AdminTarget.Url(), ConfigFile.Option(), Key());
        var json = new Option<bool>("--json") { Description = "As JSON." };
        var command = new Command("show", "Show one check with its findings and its history.") { key, url, file, json };
        command.SetAction(async (parsed, stop) =>
        {
            using var client = AdminTarget.Connect(parsed.GetValue(url), parsed.GetValue(file));
            var found = await new CheckClient(client).ShowAsync(parsed.GetValue(key), stop);
            await context.Output.WriteAsync(parsed.GetValue(json) ? CheckText.Line(found) : CheckText.Page(found, Terminal.OfStandardOutput()));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Approve(CliContext context)
    {
        var (url, file, key) = (AdminTarget.Url(), ConfigFile.Option(), Key());
        var comment = new Option<string?>("--comment") { Description = $"Why it is well; kept, and exported. At most {Approvals.LongestComment} characters.", HelpName = "TEXT" };
        var revision = new Option<int?>("--revision") { Description = "The one that you have looked at, as 'show' says it: then nothing is shown and asked.", HelpName = "N" };
        var yes = new Option<bool>("--yes", "-y") { Description = "Approve what there is now without asking." };
        var token = new Option<string?>("--token-file") { Description = $"Holds your token. Default: it stands in ${TokenVariable}.", HelpName = "FILE" };
        var command = new Command("approve", "Approve a check, as the operator whose token it is. Exit code 1, and why, when that cannot be.") { key, url, file, comment, revision, yes, token };
        command.SetAction(async (parsed, stop) =>
        {
            using var client = AdminTarget.Connect(parsed.GetValue(url), parsed.GetValue(file), Token(parsed.GetValue(token)));
            var person = parsed.GetValue(yes) || System.Console.IsInputRedirected ? null : System.Console.In;
            return await new CheckApproval(new(client), context, Terminal.OfStandardOutput(), person)
                .ExecuteAsync(parsed.GetValue(key), parsed.GetValue(revision), parsed.GetValue(yes), parsed.GetValue(comment), stop);
        });
        return command;
    }

    private static Argument<CheckKey> Key() => new("CHECK")
    {
        Description = "OWNER/REPO/RUN, as 'list' shows it.",
        HelpName = "OWNER/REPO/RUN",
        CustomParser = result =>
        {
            if (CheckKey.TryParse(result.Tokens[0].Value) is { } key) return key;
            result.AddError($"'{TerminalText.Escape(result.Tokens[0].Value)}' is no check; write OWNER/REPO/RUN, as 'stepexport checks list' shows it");
            return default;
        },
    };

    /// <exception cref="IOException">There is none.</exception>
    private static string Token(string? file)
    {
        var text = file is null ? Environment.GetEnvironmentVariable(TokenVariable) ?? "" : File.ReadAllText(file);
        var lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return lines is [.., var newest] ? newest : throw new IOException(file is null
            ? $"who approves? Put your token (checks.signIn.operators) into {TokenVariable}, or name its file with --token-file"
            : $"{file} is empty; it has to hold your token");
    }

    private static string? Condition(string name, string? value) => value is null ? null : $"{name}={Uri.EscapeDataString(value)}";

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
