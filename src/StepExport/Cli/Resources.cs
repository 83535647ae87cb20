namespace StepExport.Cli;

/// <summary>Texts that are part of the program.</summary>
internal static class Resources
{
    public const string Schema = "stepexport.schema.json";
    public const string Starter = "starter.yaml";

    public static string Read(string name)
    {
        using var reader = new StreamReader(typeof(Resources).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"resource {name} was not built in"));
        return reader.ReadToEnd();
    }

    public static async Task<int> CopyAsync(string name, TextWriter output)
    {
        await output.WriteAsync(Read(name));
        return ExitCode.Ok;
    }
}
