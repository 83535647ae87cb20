using System.Text;
using StepExport.Core.Ingest;
using StepExport.Testing.Ingest;

namespace StepExport.Tests.Ingest;

public sealed class IngressTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_is_durable_when_the_call_completes_and_says_which_were_bad()
    {
        await using var rig = new IngressRig();
        using var ingress = rig.Ingress();
        var body = $"[{IngressRig.Detection(1)},7,{IngressRig.Detection(2)},\n{{\"id\":tru}},{IngressRig.Detection(3)}]";

        var result = await ingress.SubmitAsync(Encoding.UTF8.GetBytes(body), "10.0.0.1", Stop);

        Assert.Equal((3, 2), (result.Accepted, result.BadCount));
        Assert.Equal([(1, 1L), (3, 2L)], result.Bad.Select(bad => (bad.Index, bad.Line)));
        Assert.Equal([1, 2, 3], rig.Durable());
        var letters = rig.DeadLetters.List();
        Assert.Equal(["7", "{\"id\":tru}"], letters.Select(letter => Encoding.UTF8.GetString(letter.Letter.Bytes)));
        Assert.Equal($"10.0.0.1 line 2 byte {body.IndexOf("{\"id\":tru", StringComparison.Ordinal)}", letters[1].Letter.Position);
        Assert.True(letters[0].Letter is { AtIntake: true, Component: "source" });
        Assert.Equal((5, 2, 3), (rig.Metrics.Received, rig.Metrics.Rejected, rig.Metrics.Durable));
        Assert.Equal(3, rig.Metrics.NormalizedByType["Reverse-Shell"]);
    }

    [Fact]
    public async Task Concurrent_requests_do_not_mix()
    {
        await using var rig = new IngressRig();
        using var ingress = rig.Ingress(new() { SubmissionDetections = 3 });
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(
            () => ingress.SubmitAsync(Encoding.UTF8.GetBytes(IngressRig.Lines(i * 100, 10 + i)), null, Stop), Stop)));

        Assert.Equal(Enumerable.Range(0, 20).Select(i => 10 + i), results.Select(result => result.Accepted));
        Assert.Equal(Enumerable.Range(0, 20).SelectMany(i => Enumerable.Range(i * 100, 10 + i)), rig.Durable().Order());
    }

    [Fact]
    public async Task Each_submission_carries_the_position_behind_its_last_detection()
    {
        await using var rig = new IngressRig();
        using var ingress = rig.Ingress(new() { SubmissionDetections = 4 });
        var position = 0;
        ingress.Checkpoint = () => BitConverter.GetBytes(position);

        for (position = 1; position <= 10; position++)
        {
            var item = new SplitItem(Encoding.UTF8.GetBytes(IngressRig.Detection(position)), 1, 0, 1, null);
            await ingress.AddAsync(item, null, Stop);
            // Whatever is durable at this moment, the checkpoint never promises more
            var promised = rig.Journal.Checkpoint("source") is { } checkpoint ? BitConverter.ToInt32(checkpoint) : 0;
            Assert.True(promised <= rig.Durable().Length && promised % 4 == 0);
        }

        position = 10;
        await ingress.FlushAsync(Stop);
        Assert.Equal(10, BitConverter.ToInt32(rig.Journal.Checkpoint("source")!));
        Assert.Equal(Enumerable.Range(1, 10), rig.Durable());
    }

    [Fact]
    public async Task Dead_letters_are_durable_before_the_checkpoint_passes_them()
    {
        await using var rig = new IngressRig();
        using var ingress = rig.Ingress();
        ingress.Checkpoint = () => [1];
        rig.DeadLetters.Dispose();

        await ingress.AddAsync(new SplitItem("x"u8.ToArray(), 1, 0, 1, "not JSON"), null, Stop);

        await Assert.ThrowsAnyAsync<Exception>(async () => await ingress.FlushAsync(Stop));
        Assert.Null(rig.Journal.Checkpoint("source"));
    }

    [Fact]
    public async Task Types_from_the_payload_cannot_fill_the_metrics()
    {
        await using var rig = new IngressRig();
        using var ingress = rig.Ingress();
        var body = string.Concat(Enumerable.Range(0, 500).Select(i => $"{{\"id\":\"Type-{i}\",\"repo\":\"a/b\"}}\n"));

        await ingress.SubmitAsync(Encoding.UTF8.GetBytes(body), null, Stop);

        Assert.True(rig.Metrics.NormalizedByType.Count <= TypeCounts.MaxTypes + 1);
        Assert.Equal(500, rig.Metrics.NormalizedByType.Values.Sum());
    }
}
