using System.CommandLine;
using System.Text.Json;
using StepExport.Admin;
using StepExport.Configuration;
using StepExport.Core.Journal;
using StepExport.Sinks.Console;

namespace StepExport.Cli;

/// <summary><c>journal inspect|verify</c>: looks at the files, beside a running program or without one. Takes no lock, changes nothing.</summary>
internal static class JournalCommand
{
    private static readonly JsonSerializerOptions Layout = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create(CliContext context) => new("journal", "Look into the journal, of a running or a stopped program; changes nothing.")
    {
        Verb("inspect", "Show segments, sequences, checkpoints, and how far every sink is.", verify: false, context),
        Verb("verify", "Read every frame and its checksum; exit 1 when a record that was durable cannot be read.", verify: true, context),
    };

    private static Command Verb(string name, string description, bool verify, CliContext context)
    {
        var file = ConfigFile.Option();
        var json = new Option<bool>("--json") { Description = "As JSON." };
        var command = new Command(name, description) { file, json };
        command.SetAction((parsed, stop) => ConfigFile.GlanceAsync(parsed.GetValue(file), context, config =>
            ExecuteAsync(config, parsed.GetValue(file) ?? ConfigFile.Default!, verify, parsed.GetValue(json), context, stop)));
        return command;
    }

    private static async Task<int> ExecuteAsync(ConfigGlance config, string file, bool verify, bool json, CliContext context, CancellationToken stop)
    {
        var directory = ExportConfig.JournalIn(config.DataDir);
        if (!Directory.Exists(directory)) throw new IOException($"{Path.GetFullPath(directory)} is not there: the program has not run with this dataDir");
        var holder = DataDirectoryLock.HolderOf(config.DataDir);
        var findings = new JournalInspection(new FileJournalStorage(), directory).Run(verify);
        var cut = holder is null ? null : await RecoveryAsync(file, stop);
        if (json)
            await context.Output.WriteLineAsync(JsonSerializer.Serialize(new { holder, verified = verify, sound = findings.IsSound, findings, recovery = cut }, Layout));
        else
            await context.Output.WriteAsync(JournalText.Of(findings, config, holder, cut, verify, context.Time.GetUtcNow(), Terminal.OfStandardOutput()));
        return verify && !findings.IsSound ? ExitCode.Failure : ExitCode.Ok;
    }

    /// <summary>What the running program cut at its start; null when it does not say.</summary>
    private static async Task<IReadOnlyList<string>?> RecoveryAsync(string file, CancellationToken stop)
    {
        try
        {
            using var client = AdminTarget.Connect(null, file);
            return JsonSerializer.Deserialize<StatusReport>(await client.GetAsync("/api/status", stop), Layout)?.Journal.Recovery;
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            // A courtesy: the files say everything else.
            return null;
        }
    }
}
