using StepExport.Core.Ingest;
using StepExport.Sources.File;
using StepExport.Testing.Ingest;
using IO = System.IO;

namespace StepExport.Tests.Sources.File;

/// <summary>Files that grow, move and go while the source follows them; the clock moves only when a test says so.</summary>
public sealed class FileSourceFollowTests
{
    [Fact]
    public async Task Waits_for_a_file_for_growth_and_for_the_end_of_a_line()
    {
        await using var rig = new IngressRig();
        await using var running = new Following(rig, "*.ndjson");

        var path = rig.Put("a.ndjson", IngressRig.Lines(1, 2));
        await rig.AdvanceUntilAsync(() => rig.Durable().Length == 2);

        var late = IngressRig.Detection(3);
        IO.File.AppendAllText(path, late[..20]);
        rig.Put("b.ndjson", IngressRig.Lines(10, 1));
        await rig.AdvanceUntilAsync(() => rig.Durable().Length == 3);
        IO.File.AppendAllText(path, late[20..] + "\n");
        await rig.AdvanceUntilAsync(() => rig.Durable().Length == 4);

        Assert.Equal([1, 2, 10, 3], rig.Durable());
        Assert.Equal(0, rig.DeadLetters.Count);
    }

    [Fact]
    public async Task A_renamed_file_is_read_to_its_end_and_the_new_one_from_its_start()
    {
        await using var rig = new IngressRig();
        var path = rig.Put("a.log", IngressRig.Lines(1, 2));
        await using var running = new Following(rig, "a.log");
        await rig.AdvanceUntilAsync(() => rig.Durable().Length == 2);

        IO.File.AppendAllText(path, IngressRig.Lines(3, 1));
        IO.File.Move(path, path + ".1");
        rig.Put("a.log", IngressRig.Lines(11, 2));
        await rig.AdvanceUntilAsync(() => rig.Durable().Length == 5);
        // The writer may hold on to the old file for a while
        IO.File.AppendAllText(path + ".1", IngressRig.Lines(4, 1));
        await rig.AdvanceUntilAsync(() => rig.Durable().Length == 6);

        Assert.Equal([1, 2, 3, 4, 11, 12], rig.Durable().Order());
    }

    [Fact]
    public async Task A_file_that_was_copied_and_truncated_loses_nothing()
    {
        await using var rig = new IngressRig();
        var path = rig.Put("a.log", IngressRig.Lines(1, 5));
        await using var running = new Following(rig, "a.log*");
        await rig.AdvanceUntilAsync(() => rig.Durable().Length == 5);

        IO.File.WriteAllText(path + ".1", IngressRig.Lines(1, 6));
        IO.File.WriteAllText(path, IngressRig.Lines(21, 1));
        await rig.AdvanceUntilAsync(() => rig.Durable().Length == 7);

        Assert.Equal([1, 2, 3, 4, 5, 6, 21], rig.Durable().Order());
    }

    [Fact]
    public async Task Health_follows_a_file_that_cannot_be_read()
    {
        await using var rig = new IngressRig();
        var path = rig.Put("a.gz", "no gzip");
        await using var running = new Following(rig, "*");
        await rig.AdvanceUntilAsync(() => !rig.Metrics.Health.Current.Ok);
        Assert.Contains("a.gz cannot be read", rig.Metrics.Health.Current.Reason, StringComparison.Ordinal);
        IO.File.Delete(path);
        await rig.AdvanceUntilAsync(() => rig.Metrics.Health.Current.Ok);
    }

    [Fact]
    public async Task Nothing_is_journaled_while_nothing_changes()
    {
        await using var rig = new IngressRig();
        rig.Put("a.ndjson", IngressRig.Lines(1, 1));
        await using var running = new Following(rig, "*");
        await rig.AdvanceUntilAsync(() => rig.Durable().Length == 1);
        var (submissions, position) = (0, running.Ingress.Checkpoint!);
        running.Ingress.Checkpoint = () =>
        {
            submissions++;
            return position();
        };

        // Two rounds are over when health has changed and changed back
        var path = rig.Put("b.gz", "no gzip");
        await rig.AdvanceUntilAsync(() => !rig.Metrics.Health.Current.Ok);
        IO.File.Delete(path);
        await rig.AdvanceUntilAsync(() => rig.Metrics.Health.Current.Ok);
        Assert.Equal(0, submissions);
    }

    /// <summary>A source that follows until the end of the test.</summary>
    private sealed class Following : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly FileSource _source;
        private readonly Task _run;

        public Following(IngressRig rig, string pattern)
        {
            Ingress = rig.Ingress();
            _source = rig.Source(pattern, once: false);
            _run = _source.RunAsync(Ingress, _stop.Token);
        }

        public Ingress Ingress { get; }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            // Returns normally when it is stopped
            await _run;
            await _source.DisposeAsync();
            Ingress.Dispose();
            _stop.Dispose();
        }
    }
}
