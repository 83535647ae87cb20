namespace StepExport.Cli;

/// <summary><c>init</c>: writes the starter configuration.</summary>
internal static class InitCommand
{
    public static async Task<int> ExecuteAsync(string file, CliContext context)
    {
        if (Path.Exists(file))
        {
            await context.Error.WriteLineAsync($"stepexport: {file} exists already and is left alone; name another file");
            return ExitCode.Failure;
        }

        // CreateNew: whoever was quicker since the look above keeps his file too.
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        await using (var writer = new StreamWriter(file, options))
            await Resources.CopyAsync(Resources.Starter, writer);
        await context.Output.WriteLineAsync($"Wrote {file}. Next:\n  export SPLUNK_HEC_TOKEN=…\n  stepexport check -c {file}\n  stepexport run -c {file}");
        return ExitCode.Ok;
    }
}
