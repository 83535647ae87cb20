using System.Diagnostics;
using System.Globalization;
using StepExport.Testing;

namespace StepExport.Benchmarks;

/// <summary>The whole program as a user runs it: file -> OCSF -> journal (fsync) -> HEC with gzip, against a receiver in another process.</summary>
internal static class PipelineBenchmark
{
    public static async Task<int> RunAsync(PipelineOptions options)
    {
        var folder = Directory.CreateDirectory(RepositoryRoot.Combine("artifacts", "bench")).FullName;
        var input = Path.Combine(folder, "detections.ndjson");
        Console.WriteLine($"generating {options.Events:N0} detections ...");
        new DetectionGenerator().WriteNdjson(input, options.Events);

        using var receiver = Start(Environment.ProcessPath!, ["receiver", "0"], capture: true);
        var port = int.Parse((await receiver.StandardOutput.ReadLineAsync())!.Split(' ')[1], CultureInfo.InvariantCulture);
        var data = Path.Combine(folder, "data");
        if (Directory.Exists(data)) Directory.Delete(data, recursive: true);
        var config = Path.Combine(folder, "bench.yaml");
        await File.WriteAllTextAsync(config, Config(input, data, port));
        var exitCode = await MeasureAsync(options, config, input);
        await receiver.StandardInput.WriteLineAsync("quit");
        Console.WriteLine($"the receiver got   {await receiver.StandardOutput.ReadToEndAsync()}");
        return exitCode;
    }

    private static async Task<int> MeasureAsync(PipelineOptions options, string config, string input)
    {
        var before = ChildUsage.Now();
        var clock = Stopwatch.StartNew();
        Environment.SetEnvironmentVariable("STEPEXPORT_BENCH_TOKEN", "bench");
        using var program = Start(options.ProgramPath, ["run", "-c", config, "--once"]);
        await program.WaitForExitAsync();
        var elapsed = clock.Elapsed;
        var after = ChildUsage.Now();
        if (program.ExitCode != 0)
        {
            await Console.Error.WriteLineAsync($"the program ended with exit code {program.ExitCode}");
            return 1;
        }

        var cpu = after.Cpu - before.Cpu;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""

            events             {options.Events,12:N0}   ({new FileInfo(input).Length / (double)options.Events:N0} bytes each)
            wall               {elapsed.TotalSeconds,12:N2} s (start-up and drain included)
            events/s           {options.Events / elapsed.TotalSeconds,12:N0}
            CPU us per event   {cpu.TotalMicroseconds / options.Events,12:N2}   (user {(after.User - before.User).TotalSeconds:N2} s, system {(after.System - before.System).TotalSeconds:N2} s)
            peak RSS           {after.PeakRssKilobytes / 1000.0,12:N0} MB
            """));
        return 0;
    }

    private static string Config(string input, string data, int port) => $$"""
        dataDir: {{data}}
        admin: { listen: off }
        log: { level: warning }
        sources:
          generated: { type: file, path: {{input}} }
        sinks:
          splunk:
            type: splunk_hec
            endpoints: [ "http://127.0.0.1:{{port}}" ]
            token: "${env:STEPEXPORT_BENCH_TOKEN}"
            acknowledgement: off
        """;

    private static Process Start(string program, string[] arguments, bool capture = false) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = capture, RedirectStandardOutput = capture })
        ?? throw new IOException($"{program} did not start");
}
