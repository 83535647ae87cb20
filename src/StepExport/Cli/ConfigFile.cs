using System.CommandLine;
using StepExport.Configuration;

namespace StepExport.Cli;

/// <summary>The option <c>-c</c> and what stands behind it.</summary>
internal static class ConfigFile
{
    public const string Variable = "STEPEXPORT_CONFIG";

    /// <summary>The file when <c>-c</c> is not given, or null.</summary>
    public static string? Default => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } file ? file : null;

    public static Option<string?> Option() => new("--config", "-c")
    {
        Description = $"The configuration, YAML or JSON (.json). Default: ${Variable}.",
        HelpName = "FILE",
    };

    /// <summary>Loads the configuration and hands it on; prints its errors (exit 78) and warnings.</summary>
    /// <param name="option">As given on the command line.</param>
    /// <param name="context">Where to print.</param>
    /// <param name="use">Gets it when it has no error.</param>
    /// <param name="tellsWarnings">Whether <paramref name="use"/> tells the warnings itself.</param>
    public static async Task<int> UseAsync(string? option, CliContext context, Func<LoadedConfig, Task<int>> use, bool tellsWarnings = false)
    {
        if ((option ?? Default) is not { } file)
        {
            await context.Error.WriteLineAsync($"stepexport: which configuration? Give -c FILE or set {Variable}; 'stepexport init' writes a starter file.");
            return ExitCode.Usage;
        }

        var loaded = new ConfigLoader(context.Factories).Load(file);
        foreach (var warning in tellsWarnings && loaded.Config is not null ? [] : loaded.Warnings) await context.Error.WriteLineAsync($"warning: {warning}");
        // The mistakes stand together at the end, where they are seen first.
        if (loaded is { Warnings.Count: > 0, Errors.Count: > 0 }) await context.Error.WriteLineAsync();
        foreach (var error in loaded.Errors) await context.Error.WriteLineAsync($"{error}");
        if (loaded.Errors.Count > 0 && loaded.Errors.Count + loaded.Warnings.Count > 1)
            await context.Error.WriteLineAsync($"{Environment.NewLine}{Units.Count(loaded.Errors.Count, "mistake")}, {Units.Count(loaded.Warnings.Count, "warning")}");
        return loaded.Config is null ? ExitCode.Configuration : await use(loaded);
    }

    /// <summary>Reads from the configuration only what a look from outside needs.</summary>
    public static async Task<int> GlanceAsync(string? option, CliContext context, Func<ConfigGlance, Task<int>> use)
    {
        if ((option ?? Default) is { } file) return await use(ConfigGlance.Read(file));
        await context.Error.WriteLineAsync($"stepexport: which configuration? Give -c FILE or set {Variable}.");
        return ExitCode.Usage;
    }
}
