using System.Text.Json;
using StepExport.Testing;

namespace StepExport.EndToEndTests;

/// <summary>A configuration that is valid and dangerous.</summary>
public sealed class DangerTests
{
    private const string Dangers = "normalization: { redact: { enabled: false } }\ndedupe: { window: 0s }";

    [Fact]
    public async Task Check_tells_every_danger_and_only_strict_minds()
    {
        using var folder = new TemporaryFolder();
        var config = Export.Config(folder, Export.FileSink, Dangers);

        var (exitCode, _, errors) = await ProgramUnderTest.RunAsync(folder.Path, "check", "-c", config);
        var strict = await ProgramUnderTest.RunAsync(folder.Path, "check", "--strict", "-c", config);

        Assert.Equal((0, 78), (exitCode, strict.ExitCode));
        Assert.StartsWith(errors, strict.Errors, StringComparison.Ordinal);
        var warnings = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.Contains(": dataDir: ", StringComparison.Ordinal)).ToArray();
        Assert.Equal(2, warnings.Length);
        Assert.StartsWith($"warning: {config}:6:37: normalization.redact.enabled: false: ", warnings[0], StringComparison.Ordinal);
        Assert.StartsWith($"warning: {config}:7:19: dedupe.window: 0s: ", warnings[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_writes_every_danger_to_its_log_once()
    {
        using var folder = new TemporaryFolder();
        Export.Detections(folder, 1);
        var config = Export.Config(folder, Export.FileSink, Dangers);

        var (exitCode, _, errors) = await ProgramUnderTest.RunAsync(folder.Path, "run", "--once", "-c", config);

        Assert.Equal(0, exitCode);
        var said = errors.Split('\n').Where(line => line.StartsWith('{')).Select(Said).Where(s => !s.Message.Contains(": dataDir: ", StringComparison.Ordinal)).ToArray();
        foreach (var path in (string[])["normalization.redact.enabled", "dedupe.window"])
            Assert.Equal("warning", Assert.Single(said, s => s.Message.Contains($": {path}: ", StringComparison.Ordinal)).Level);
        Assert.DoesNotContain("\nwarning: ", $"\n{errors}", StringComparison.Ordinal);
    }

    private static (string Level, string Message) Said(string line)
    {
        var json = JsonSerializer.Deserialize<JsonElement>(line);
        return (json.GetProperty("level").GetString()!, json.GetProperty("message").GetString()!);
    }
}
