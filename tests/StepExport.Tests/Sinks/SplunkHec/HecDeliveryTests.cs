using StepExport.Core.DeadLetters;
using StepExport.Core.Delivery;
using StepExport.Core.Journal;
using StepExport.Core.Model;
using StepExport.Testing.Delivery;
using StepExport.Testing.SplunkHec;

namespace StepExport.Tests.Sinks.SplunkHec;

/// <summary>The sink under the real runner: exactly the offenders are dead-lettered, all others arrive once.</summary>
public sealed class HecDeliveryTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(6, 5)]
    [InlineData(6, 0)]
    [InlineData(6, 9)]
    [InlineData(6, 3, 4, 5)]
    [InlineData(6, 0, 9)]
    [InlineData(6, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9)]
    [InlineData(7, 5)]
    [InlineData(7, 0)]
    [InlineData(7, 9)]
    [InlineData(7, 3, 4, 5)]
    [InlineData(7, 0, 9)]
    [InlineData(12, 4)]
    [InlineData(13, 4)]
    [InlineData(15, 4)]
    public async Task Exactly_the_refused_events_are_dead_lettered(int code, params int[] offenders)
    {
        await using var server = await FakeHecServer.StartAsync();
        await using var sink = HecHarness.Sink(server);
        var bad = offenders.Select(HecRecords.Uid).ToArray();
        server.Script.Refuse(e => bad.Contains(e.Uid), code);
        // One accepted event, so that code 7 cannot be the index itself.
        await sink.SendAsync(new(new[] { HecRecords.Record(99) }), Stop);

        var letters = await DeliverAsync(sink, HecRecords.Batch(10));

        Assert.Equal(bad, letters.Select(l => l.Uid));
        Assert.All(letters, l => Assert.Equal($"HTTP 400/{code}", l.Code));
        for (var n = 0; n < 10; n++) Assert.Equal(offenders.Contains(n) ? 0 : 1, server.Index.Count(HecRecords.Uid(n)));
        Assert.InRange(server.Received.Count, 2, offenders.Length + 2);
    }

    [Theory]
    [InlineData(6, "{")]
    [InlineData(6, "")]
    [InlineData(13, "null")]
    [InlineData(13, "\"\"")]
    public async Task What_Splunk_itself_finds_wrong_with_an_event_is_dead_lettered(int code, string body)
    {
        await using var server = await FakeHecServer.StartAsync();
        await using var sink = HecHarness.Sink(server);
        ExportRecord[] records = [HecRecords.Record(0), HecRecords.Record(1, body: body), HecRecords.Record(2)];

        var letter = Assert.Single(await DeliverAsync(sink, new(records)));

        Assert.Equal((HecRecords.Uid(1), $"HTTP 400/{code}"), (letter.Uid, letter.Code));
        Assert.Equal([HecRecords.Uid(0), HecRecords.Uid(2)], server.Index.Events.Select(e => e.Uid));
    }

    [Fact]
    public async Task Too_large_a_request_is_halved_and_too_large_a_record_is_dead_lettered()
    {
        await using var server = await FakeHecServer.StartAsync(new() { MaxWireBytes = 1_000 });
        await using var sink = HecHarness.Sink(HecHarness.Config(server) with { Compression = "none" });
        var records = Enumerable.Range(0, 16).Select(n => HecRecords.Record(n, body: n == 11 ? $"\"{new string('x', 1_000)}\"" : "{}")).ToArray();

        var letter = Assert.Single(await DeliverAsync(sink, new(records)));

        Assert.Equal((HecRecords.Uid(11), "HTTP 413"), (letter.Uid, letter.Code));
        for (var n = 0; n < 16; n++) Assert.Equal(n == 11 ? 0 : 1, server.Index.Count(HecRecords.Uid(n)));
    }

    [Fact]
    public async Task Splunk_Clouds_answer_to_a_large_request_costs_no_record()
    {
        await using var server = await FakeHecServer.StartAsync(new() { MaxPlainBytes = 5_200_000 });
        await using var sink = HecHarness.Sink(server);
        var records = Enumerable.Range(0, 7).Select(n => HecRecords.Record(n, body: $"\"{new string('x', 1_000_000)}\"")).ToArray();

        Assert.Empty(await DeliverAsync(sink, new(records)));

        for (var n = 0; n < 7; n++) Assert.Equal(1, server.Index.Count(HecRecords.Uid(n)));
    }

    [Theory]
    [InlineData("""{"text":"Invalid data format","code":6}""")]
    [InlineData("""{"text":"Invalid data format","code":6,"invalid-event-number":"two"}""")]
    [InlineData("""{"text":"Invalid data format","code":6,"invalid-event-number":64}""")]
    public async Task A_refusal_that_names_no_event_is_searched_for_by_halves(string page)
    {
        await using var server = await FakeHecServer.StartAsync();
        await using var sink = HecHarness.Sink(server);
        server.Script.Next(new HecReply(400) { Page = page });
        server.Script.Refuse(e => e.Uid == HecRecords.Uid(3), 6);

        var letter = Assert.Single(await DeliverAsync(sink, HecRecords.Batch(8)));

        Assert.Equal(HecRecords.Uid(3), letter.Uid);
        for (var n = 0; n < 8; n++) Assert.Equal(n == 3 ? 0 : 1, server.Index.Count(HecRecords.Uid(n)));
    }

    /// <summary>The journal holds the batch, the runner sends it as one; its clock stands still, so that nothing may have to wait.</summary>
    private static async Task<IReadOnlyList<DeadLetter>> DeliverAsync(ISink sink, Batch batch)
    {
        await using var rig = await RunnerRig.StartAsync(0);
        using var submission = new Submission();
        foreach (var record in batch.Records) HecRecords.AddTo(submission, record);
        await rig.Journal.AppendAsync(submission, Stop);
        await using var running = rig.Run(sink, RunnerRig.Settings with { InFlight = 1, BatchMaxEvents = 1000, BatchMaxBytes = 64_000_000 });

        await running.DrainAtOnceAsync();

        Assert.Equal(batch.Count, running.Metrics.Delivered + running.Metrics.Rejected);
        return [.. rig.DeadLetters.List().Select(l => l.Letter)];
    }
}
