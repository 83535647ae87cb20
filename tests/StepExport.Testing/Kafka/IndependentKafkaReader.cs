using System.Diagnostics;
using System.Text.Json;

namespace StepExport.Testing.Kafka;

/// <summary>A message as a client that has nothing in common with ours has read it.</summary>
/// <param name="Key">As text.</param>
/// <param name="Headers">In their order.</param>
/// <param name="Sha256">Of the value, lower-case hexadecimal.</param>
internal sealed record ForeignMessage(string? Key, IReadOnlyList<(string Name, string Value)> Headers, string Sha256)
{
    public string Header(string name) => Headers.Single(h => h.Name == name).Value;
}

/// <summary>Reads topics with Debian's python3-kafka, a client in pure Python.</summary>
internal static class IndependentKafkaReader
{
    private const string Python = "/usr/bin/python3";

    /// <summary>What has to be installed before topics with this compression can be read; null when everything is there.</summary>
    public static async Task<string?> MissingAsync(string compression = "none")
    {
        var module = compression switch { "zstd" => "zstandard", "lz4" => "lz4.frame", "snappy" => "snappy", _ => null };
        if (!File.Exists(Python) || (await RunAsync("-c", "import kafka")).Exit != 0) return "needs Debian's python3-kafka";
        return module is null || (await RunAsync("-c", $"import {module}")).Exit == 0 ? null : $"needs Debian's python3-{module.Split('.')[0]}";
    }

    /// <summary>Every message of the topic.</summary>
    /// <exception cref="InvalidOperationException">The reader failed.</exception>
    public static async Task<IReadOnlyList<ForeignMessage>> ReadAsync(string bootstrapServers, string topic)
    {
        var script = RepositoryRoot.Combine("tests", "StepExport.Testing", "Kafka", "read_kafka.py");
        var (exit, output, error) = await RunAsync(script, bootstrapServers, topic);
        if (exit != 0) throw new InvalidOperationException(error);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse)];
    }

    private static ForeignMessage Parse(string line)
    {
        using var json = JsonDocument.Parse(line);
        var root = json.RootElement;
        return new(
            root.GetProperty("key").GetString(),
            [.. root.GetProperty("headers").EnumerateArray().Select(h => (h[0].GetString()!, h[1].GetString()!))],
            root.GetProperty("sha256").GetString()!);
    }

    private static async Task<(int Exit, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await error);
    }
}
