using System.Diagnostics;
using System.Globalization;
using StepExport.Testing;
using StepExport.Testing.Kafka;

namespace StepExport.EndToEndTests;

/// <summary>The figures of docs/scaling.md: what replicas export that have a quarter of a core each. Not a test of anything, so it runs
/// only when asked for by name; needs Linux with control groups (version 1) that this user may write.</summary>
public sealed class KafkaScalingMeasurement(ITestOutputHelper output)
{
    private const int Events = 300_000;
    private const int Partitions = 48;
    private const string Topic = "raw.detections";
    private const string Group = "stepexport";
    private const string Groups = "/sys/fs/cgroup/cpu";

    [Theory(Explicit = true)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Throughput_of_replicas_with_a_quarter_of_a_core_each(int replicas)
    {
        Assert.SkipUnless(Directory.Exists(Groups), $"needs {Groups}");
        using var cluster = new MockCluster(brokers: 3);
        cluster.CreateTopic(Topic, Partitions);
        using var folder = new TemporaryFolder();
        using (var writer = new KafkaWriter(cluster.BootstrapServers, "zstd"))
        {
            var generator = new DetectionGenerator();
            for (var i = 0; i < Events; i++) writer.Put(Topic, i % Partitions, generator.One(i));
        }

        var running = new List<(ProgramUnderTest Program, string Cage)>();
        try
        {
            for (var i = 0; i < replicas; i++) running.Add(Start(folder, cluster, i));
            // Without the start, when the program is compiled, and without the end, when not everybody has something left
            await Eventually.TrueAsync(() => Read(cluster) > Events * 2 / 5, "two fifths are read", 120);
            var (from, clock, cpu) = (Read(cluster), Stopwatch.StartNew(), Cpu(running));
            await Eventually.TrueAsync(() => Read(cluster) > Events * 4 / 5, "four fifths are read", 120);
            var (count, seconds, used) = (Read(cluster) - from, clock.Elapsed.TotalSeconds, Cpu(running) - cpu);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{replicas} replicas: {count / seconds:F0} detections/s, {used.TotalMicroseconds / count:F1} us CPU each, {used.TotalSeconds / seconds:F2} cores"));
        }
        finally
        {
            foreach (var (program, cage) in running)
            {
                await program.DisposeAsync();
                Directory.Delete(cage);
            }
        }
    }

    private static (ProgramUnderTest Program, string Cage) Start(TemporaryFolder folder, MockCluster cluster, int number)
    {
        var home = Directory.CreateDirectory(folder.File($"replica-{number}")).FullName;
        var config = Path.Combine(home, "stepexport.yaml");
        File.WriteAllText(config, $$"""
            dataDir: data
            admin: { listen: off }
            sources:
              raw: { type: kafka, bootstrapServers: "{{cluster.BootstrapServers}}", topics: [{{Topic}}], groupId: {{Group}} }
            sinks:
            {{Export.FileSink}}
            """);
        var cage = Directory.CreateDirectory(Path.Combine(Groups, $"stepexport-{Environment.ProcessId}-{number}")).FullName;
        File.WriteAllText(Path.Combine(cage, "cpu.cfs_quota_us"), "25000");
        var program = ProgramUnderTest.Start(home, "run", "-c", config);
        File.WriteAllText(Path.Combine(cage, "cgroup.procs"), program.Id.ToString(CultureInfo.InvariantCulture));
        return (program, cage);
    }

    private static long Read(MockCluster cluster) =>
        GroupOffsets.Committed(cluster.BootstrapServers, Group, Topic, Partitions).Sum(offset => Math.Max(0, offset));

    /// <summary>Processor time that all replicas have used.</summary>
    private static TimeSpan Cpu(List<(ProgramUnderTest Program, string Cage)> running)
    {
        var total = TimeSpan.Zero;
        foreach (var (program, _) in running)
        {
            using var process = Process.GetProcessById(program.Id);
            total += process.TotalProcessorTime;
        }

        return total;
    }
}
