using StepExport.Checks;
using StepExport.Core.Checks;
using StepExport.Sinks.Console;

namespace StepExport.Cli.Checks;

/// <summary><c>checks approve</c>: what is approved is what the person was shown.</summary>
/// <param name="client">With the person's token.</param>
/// <param name="context">Where to write.</param>
/// <param name="terminal">What standard output is.</param>
/// <param name="person">Answers what is asked; null = there is nobody to ask.</param>
internal sealed class CheckApproval(CheckClient client, CliContext context, Terminal terminal, TextReader? person)
{
    public async Task<int> ExecuteAsync(CheckKey key, int? revision, bool yes, string? comment, CancellationToken stop)
    {
        if (revision is null && !yes && person is null) throw new IOException("nobody can be asked here; give --revision N of what was looked at, or --yes");
        if ((revision ?? await LookAsync(key, yes, stop)) is not { } seen)
        {
            await context.Error.WriteLineAsync("Nothing is approved.");
            return ExitCode.Failure;
        }

        var decision = await client.ApproveAsync(key, seen, comment, stop);
        if (decision.Outcome == DecisionOutcome.Approved)
        {
            await context.Output.WriteLineAsync(TerminalText.Escape($"{key}: {decision.Text}"));
            return ExitCode.Ok;
        }

        await context.Error.WriteLineAsync(TerminalText.Escape($"stepexport: {key}: {decision.Text}"));
        return ExitCode.Failure;
    }

    /// <returns>The revision that is to be approved, or null.</returns>
    private async Task<int?> LookAsync(CheckKey key, bool yes, CancellationToken stop)
    {
        var found = await client.ShowAsync(key, stop);
        if (yes || found.Check.Status != CheckStatus.Pending) return found.Check.Revision;
        await context.Output.WriteAsync(CheckText.Page(found, terminal));
        await context.Output.WriteAsync($"\nApprove what makes it fail, {Units.Count(found.Check.Failing, "finding")}? [y/N] ");
        await context.Output.FlushAsync(stop);
        var answer = await person!.ReadLineAsync(stop);
        return answer?.Trim().ToLowerInvariant() is "y" or "yes" ? found.Check.Revision : null;
    }
}
