using System.Diagnostics;
using System.Globalization;
using System.Text;
using StepExport.Benchmarks.Receivers;
using StepExport.Testing;

namespace StepExport.Benchmarks;

/// <summary>The whole program as a user runs it: file -> OCSF -> journal (fsync) -> the sinks, against receivers in processes of their own.</summary>
internal static class PipelineBenchmark
{
    public static async Task<int> RunAsync(PipelineOptions options)
    {
        var folder = Directory.CreateDirectory(RepositoryRoot.Combine("artifacts", "bench")).FullName;
        var input = Path.Combine(folder, "detections.ndjson");
        Console.WriteLine($"generating {options.Events:N0} detections ...");
        new DetectionGenerator().WriteNdjson(input, options.Events);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{options.Events:N0} events of {new FileInfo(input).Length / (double)options.Events:N0} bytes; start-up and drain included\n"));
        Console.WriteLine("sinks            wall s   events/s   CPU us/event  (user s, system s)   ratio   peak RSS MB");
        var first = 0.0;
        foreach (var sinks in options.SinkSets)
        {
            if (await MeasureAsync(options, folder, input, sinks.Split(',')) is not { } run) return 1;
            if (first == 0) first = run.Cpu.TotalSeconds;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{sinks,-14} {run.Elapsed.TotalSeconds,8:N2} {options.Events / run.Elapsed.TotalSeconds,10:N0} {run.Cpu.TotalMicroseconds / options.Events,14:N2}  ({run.User.TotalSeconds:N2}, {run.System.TotalSeconds:N2}) {run.Cpu.TotalSeconds / first,15:N2} {run.PeakRssKilobytes / 1000.0,13:N0}"));
            foreach (var totals in run.Received) Console.WriteLine($"                 {totals}");
        }

        return 0;
    }

    private static async Task<Run?> MeasureAsync(PipelineOptions options, string folder, string input, string[] sinks)
    {
        var receivers = new List<(string Sink, ReceiverProcess Process)>();
        try
        {
            foreach (var sink in sinks) receivers.Add((sink, await ReceiverProcess.StartAsync(sink)));
            var data = Path.Combine(folder, "data");
            if (Directory.Exists(data)) Directory.Delete(data, recursive: true);
            var config = Path.Combine(folder, "bench.yaml");
            await File.WriteAllTextAsync(config, Config(input, data, receivers));

            var before = ChildUsage.Now();
            var clock = Stopwatch.StartNew();
            using var program = Process.Start(new ProcessStartInfo(options.ProgramPath, ["run", "-c", config, "--once"]) { RedirectStandardError = true })
                ?? throw new IOException($"{options.ProgramPath} did not start");
            var peak = WatchMemoryAsync(program);
            var words = await program.StandardError.ReadToEndAsync();
            await program.WaitForExitAsync();
            var elapsed = clock.Elapsed;
            var after = ChildUsage.Now();
            if (program.ExitCode != 0)
            {
                await Console.Error.WriteLineAsync($"the program ended with exit code {program.ExitCode}\n{words}");
                return null;
            }

            var received = new List<string>();
            foreach (var (sink, process) in receivers) received.Add($"{sink}: {await process.StopAsync()}");
            return new(elapsed, after.User - before.User, after.System - before.System, await peak, received);
        }
        finally
        {
            receivers.ForEach(r => r.Process.Dispose());
        }
    }

    /// <summary>The kernel's own high-water mark, read until the program is gone.</summary>
    private static async Task<long> WatchMemoryAsync(Process program)
    {
        var peak = 0L;
        while (!program.HasExited)
        {
            try
            {
                var line = File.ReadLines($"/proc/{program.Id}/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
                if (line is not null) peak = long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                // It ended between the question and the look.
            }

            await Task.Delay(50);
        }

        return peak;
    }

    private static string Config(string input, string data, List<(string Sink, ReceiverProcess Process)> receivers)
    {
        var config = new StringBuilder($$"""
            dataDir: {{data}}
            admin: { listen: off }
            log: { level: warning }
            sources:
              generated: { type: file, path: {{input}} }
            sinks:

            """);
        foreach (var (sink, receiver) in receivers)
        {
            config.Append(sink switch
            {
                "hec" => $"  hec: {{ type: splunk_hec, endpoints: ['{receiver.Address}'], token: bench, acknowledgement: off }}\n",
                "kafka" => $"  kafka: {{ type: kafka, bootstrapServers: '{receiver.Address}', topic: security.detections }}\n",
                "s3" => $"  s3: {{ type: s3, endpoint: '{receiver.Address}', pathStyle: true, region: us-east-1, bucket: bench, credentials: {{ accessKeyId: bench, secretAccessKey: bench }} }}\n",
                _ => throw new ArgumentException($"unknown sink {sink}; write hec, kafka or s3"),
            });
        }

        return config.ToString();
    }

    private sealed record Run(TimeSpan Elapsed, TimeSpan User, TimeSpan System, long PeakRssKilobytes, List<string> Received)
    {
        public TimeSpan Cpu => User + System;
    }
}
