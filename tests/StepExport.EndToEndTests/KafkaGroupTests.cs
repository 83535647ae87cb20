using System.Diagnostics;
using StepExport.Testing;
using StepExport.Testing.Kafka;

namespace StepExport.EndToEndTests;

/// <summary>Three replicas of the real program in one consumer group, each with a data directory and a file of its own.</summary>
public sealed class KafkaGroupTests(ITestOutputHelper output)
{
    private const int Events = 30_000;
    private const int Partitions = 12;
    private const int Replicas = 3;
    private const int Killed = 1;
    private const string Topic = "raw.detections";
    private const string Group = "stepexport";
    private static readonly DetectionGenerator Generator = new();

    [Fact]
    public async Task No_detection_is_lost_although_one_of_three_replicas_is_killed()
    {
        using var cluster = new MockCluster(brokers: 3);
        cluster.CreateTopic(Topic, Partitions);
        using var folder = new TemporaryFolder();
        string[] folders = [.. Enumerable.Range(0, Replicas).Select(i => Directory.CreateDirectory(folder.File($"replica-{i}")).FullName)];
        var replicas = folders.Select(f => Start(f, cluster)).ToArray();
        try
        {
            using var writer = new KafkaWriter(cluster.BootstrapServers);
            await Eventually.TrueAsync(() => replicas.All(r => Shares(r) > 0), "every replica has partitions");

            await WriteAsync(writer, 0, Events / 3);
            await Eventually.TrueAsync(() => Lines(folders[Killed]) > 0, "the one to be killed has exported something");
            await Eventually.TrueAsync(() => Committed(cluster).All(offset => offset > 0), "offsets are committed in every partition");
            var before = Lines(folders[Killed]);
            var writing = WriteAsync(writer, Events / 3, Events * 2 / 3);
            await Eventually.TrueAsync(() => Lines(folders[Killed]) > before, "it is in the middle of it");
            await replicas[Killed].KillAsync();
            var clock = Stopwatch.StartNew();
            await writing;
            await WriteAsync(writer, Events * 2 / 3, Events);
            await Eventually.TrueAsync(() => Committed(cluster).All(offset => offset > Events * 2 / 3 / Partitions), "the others have taken over all partitions");
            output.WriteLine($"taken over {clock.Elapsed.TotalSeconds:F1} s after the kill, with a session time-out of 2 s");
            await Eventually.TrueAsync(() => Committed(cluster).Sum() == Events, "everything is committed");

            // What was durable in its journal and not yet in its file is exported now
            await replicas[Killed].DisposeAsync();
            replicas[Killed] = Start(folders[Killed], cluster);
            await Eventually.TrueAsync(() => Shares(replicas[Killed]) > 0, "the one that was killed has partitions again");
            foreach (var replica in replicas) replica.Terminate();
            foreach (var replica in replicas) Assert.True(await replica.WaitForExitAsync() == 0, replica.Errors);
        }
        finally
        {
            foreach (var replica in replicas) await replica.DisposeAsync();
        }

        AssertUnion(folders);
    }

    private void AssertUnion(string[] folders)
    {
        List<long>[] exported = [.. folders.Select(f => Export.RunIds(Path.Combine(f, "archive.ndjson")))];
        var within = exported.Sum(ids => ids.Count - ids.Distinct().Count());
        var between = exported.Sum(ids => ids.Distinct().Count()) - exported.SelectMany(ids => ids).Distinct().Count();
        output.WriteLine($"exported {string.Join(" + ", exported.Select(ids => ids.Count))}; {between} by two replicas, {within} twice by one");
        Assert.Equal(Export.ExpectedRunIds(Events), exported.SelectMany(ids => ids).Distinct().Order());
        Assert.All(exported, ids => Assert.NotEmpty(ids));
    }

    private static ProgramUnderTest Start(string folder, MockCluster cluster)
    {
        var config = Path.Combine(folder, "stepexport.yaml");
        File.WriteAllText(config, $$"""
            dataDir: data
            admin: { listen: off }
            shutdown: { drainTimeout: 5s }
            sources:
              raw:
                type: kafka
                bootstrapServers: {{cluster.BootstrapServers}}
                topics: [{{Topic}}]
                groupId: {{Group}}
                sessionTimeout: 2s
                librdkafka: { fetch.wait.max.ms: "50" }
            sinks:
            {{Export.FileSink}}
            """);
        return ProgramUnderTest.Start(folder, "run", "-c", config);
    }

    /// <summary>Detections first to before end, each in a partition that follows from its number.</summary>
    private static async Task WriteAsync(KafkaWriter writer, int first, int end)
    {
        for (var i = first; i < end; i++)
        {
            writer.Put(Topic, i % Partitions, Generator.One(i));
            if (i % 200 == 0) await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        writer.Flush();
    }

    private static long[] Committed(MockCluster cluster) => GroupOffsets.Committed(cluster.BootstrapServers, Group, Topic, Partitions);

    /// <summary>Times that it was given partitions, by its log.</summary>
    private static int Shares(ProgramUnderTest replica) => replica.Errors.Split("partitions came").Length + replica.Output.Split("partitions came").Length - 2;

    private static int Lines(string folder)
    {
        var file = Path.Combine(folder, "archive.ndjson");
        return File.Exists(file) ? File.ReadLines(file).Count() : 0;
    }
}
