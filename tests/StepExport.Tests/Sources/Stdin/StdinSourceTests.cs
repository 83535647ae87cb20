using System.IO.Pipelines;
using System.Text;
using StepExport.Sources.Stdin;
using StepExport.Testing.Ingest;

namespace StepExport.Tests.Sources.Stdin;

public sealed class StdinSourceTests
{
    private static readonly CancellationToken Never = CancellationToken.None;

    [Fact]
    public async Task Reads_to_the_end_and_is_durable_then()
    {
        await using var rig = new IngressRig();
        using var ingress = rig.Ingress();
        var input = new MemoryStream(Encoding.UTF8.GetBytes(IngressRig.Lines(1, 1000) + "rubbish"));
        await using var source = new StdinSource(input, 1_000_000, rig.Time);
        await source.RunAsync(ingress, Never);
        Assert.Equal(Enumerable.Range(1, 1000), rig.Durable());
        Assert.Equal("stdin line 1001 byte " + (input.Length - 7), Assert.Single(rig.DeadLetters.List()).Letter.Position);
        Assert.Null(rig.Journal.Checkpoint("source"));
    }

    [Fact]
    public async Task A_detection_does_not_wait_for_the_next_one_and_stop_ends_a_read_that_does()
    {
        await using var rig = new IngressRig();
        using var ingress = rig.Ingress();
        using var stop = new CancellationTokenSource();
        var pipe = new Pipe();
        await using var source = new StdinSource(pipe.Reader.AsStream(), 1_000_000, rig.Time);
        var run = source.RunAsync(ingress, stop.Token);

        await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(IngressRig.Lines(1, 1)), Never);
        await rig.AdvanceUntilAsync(() => rig.Durable().Length == 1);
        await stop.CancelAsync();
        await run;
    }
}
