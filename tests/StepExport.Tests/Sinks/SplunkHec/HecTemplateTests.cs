using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using StepExport.Configuration;
using StepExport.Core.Delivery;
using StepExport.Core.Model;
using StepExport.Sinks.SplunkHec;
using StepExport.Testing.SplunkHec;

namespace StepExport.Tests.Sinks.SplunkHec;

public sealed class HecTemplateTests
{
    private static readonly HecConfig Plain = HecHarness.Config("https://splunk:8088", new Secret("t"));

    [Fact]
    public void Each_text_may_depend_on_the_event()
    {
        var config = Plain with { Index = "Sec_{owner}", Host = "ci-{repo}", Source = "a \"{type}\" é", Sourcetype = "sec:{severity}:{date}" };

        var envelope = Parse(Encode(config, HecRecords.Record(0)));

        Assert.Equal(["time", "host", "source", "sourcetype", "index", "fields", "event"], envelope.EnumerateObject().Select(p => p.Name));
        Assert.Equal(
            ("ci-shop", "a \"Reverse-Shell\" é", "sec:high:2025-07-22", "sec_acme"),
            (Text(envelope, "host"), Text(envelope, "source"), Text(envelope, "sourcetype"), Text(envelope, "index")));
    }

    [Fact]
    public void Events_of_one_batch_go_to_their_own_indexes()
    {
        var config = Plain with { Index = "{owner}" };

        var body = Encode(config, HecRecords.Record(0, "acme/a"), HecRecords.Record(1, "Umbrella/b"), HecRecords.Record(2, ""));

        Assert.Equal(["acme", "umbrella", null], HecEvent.ReadAll(Encoding.UTF8.GetBytes(body)).Events.Select(e => e.Index));
    }

    [Theory]
    [InlineData("acme\",\"index\":\"main/x", "acme___index___main")]
    [InlineData("../../x/y", "x")]
    [InlineData("_internal/x", "internal")]
    public void A_hostile_name_stays_a_name(string repository, string index)
    {
        var envelope = Parse(Encode(Plain with { Index = "{owner}/{repo}", AllowedIndexes = null }, HecRecords.Record(0, repository)));

        Assert.StartsWith(index.Split('_')[0], Text(envelope, "index"), StringComparison.Ordinal);
        Assert.Single(envelope.EnumerateObject(), p => p.Name == "index");
        Assert.Matches("^[a-z0-9][a-z0-9_-]*$", Text(envelope, "index"));
    }

    [Fact]
    public void The_longest_values_fit()
    {
        var config = Plain with { Host = "{owner}{repo}{type}", Source = "{repo}{repo}", Sourcetype = "{type}{owner}", Index = "{owner}" };
        var record = HecRecords.Record(0, Encoding.ASCII.GetBytes(new string('o', 30_000) + "/" + new string('r', 30_000)), Encoding.ASCII.GetBytes(new string('t', 30_000)), "{}", 0);

        var envelope = Parse(Encode(config, record));

        Assert.Equal(300, Text(envelope, "host")!.Length);
        Assert.False(envelope.TryGetProperty("index", out _));
    }

    [Theory]
    [InlineData("acme/a", "acme")]
    [InlineData("evil/a", "rest")]
    [InlineData("ACME/a", "acme")]
    public void Only_allowed_names_come_out(string repository, string index)
    {
        var config = Plain with { Index = "{owner}", AllowedIndexes = ["acme", "umbrella"], FallbackIndex = "rest" };

        Assert.Equal(index, Text(Parse(Encode(config, HecRecords.Record(0, repository))), "index"));
    }

    [Fact]
    public void A_refused_name_gives_way_to_the_fallback_and_is_tried_again_later()
    {
        var time = new FakeTimeProvider();
        var indexes = HecHarness.Indexes(Plain with { Index = "{owner}", FallbackIndex = "rest" }, time);
        var batch = new Batch(new[] { HecRecords.Record(0, "acme/a"), HecRecords.Record(1, "evil/a"), HecRecords.Record(2, "acme/b") });
        var refused = HecAnswers.Read(new() { Status = 400, Code = 7, InvalidEvent = 2, Text = "Incorrect index" }, new(3, 300) { IndexVaries = true });

        var verdict = indexes.Learn(refused, batch);

        Assert.Equal([RecordOutcome.Delivered, RecordOutcome.Retry, RecordOutcome.Retry], verdict.Result.Records!);
        Assert.Equal(TimeSpan.Zero, verdict.Result.RetryAfter);
        Assert.Equal(["acme", "rest", "acme"], Names(indexes, batch));
        time.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(["acme", "rest", "acme"], Names(indexes, batch));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["acme", "evil", "acme"], Names(indexes, batch));
    }

    [Fact]
    public void Should_the_answer_name_the_offender_itself_it_is_found_at_the_second_try()
    {
        var indexes = HecHarness.Indexes(Plain with { Index = "{owner}" });
        var batch = new Batch(new[] { HecRecords.Record(0, "acme/a"), HecRecords.Record(1, "evil/a") });
        var answer = new HecResponse { Status = 400, Code = 7, InvalidEvent = 1, Text = "Incorrect index" };
        var request = new HecRequest(2, 300) { IndexVaries = true };

        indexes.Learn(HecAnswers.Read(answer, request), batch);
        Assert.Equal(["", "evil"], Names(indexes, batch));
        indexes.Learn(HecAnswers.Read(answer, request), batch);

        Assert.Equal(["", ""], Names(indexes, batch));
    }

    [Fact]
    public void A_fallback_that_is_refused_as_well_is_the_destinations_trouble()
    {
        var indexes = HecHarness.Indexes(Plain with { Index = "{owner}", AllowedIndexes = ["acme"], FallbackIndex = "gone" });
        var batch = new Batch(new[] { HecRecords.Record(0, "evil/a"), HecRecords.Record(1, "evil/b") });
        var answer = new HecResponse { Status = 400, Code = 7, InvalidEvent = 1, Text = "Incorrect index" };

        var result = indexes.Learn(HecAnswers.Read(answer, new(2, 300) { IndexVaries = true }), batch).Result;

        Assert.Equal((RecordOutcome.Retry, true, "HTTP 400/7"), (result.Outcome, result.NeedsOperator, result.Code));
        Assert.Null(result.Records);
        Assert.StartsWith("the fallback index is refused as well", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Ever_new_names_do_not_fill_the_memory()
    {
        var indexes = HecHarness.Indexes(Plain with { Index = "{owner}" });
        var answer = new HecResponse { Status = 400, Code = 7, InvalidEvent = 1, Text = "" };
        for (var i = 0; i <= 1000; i++)
            indexes.Learn(HecAnswers.Read(answer, new(1, 300) { IndexVaries = true }), Owned($"evil{i}"));

        Assert.Equal(["evil0"], Names(indexes, Owned("evil0")));
        Assert.Equal([""], Names(indexes, Owned("evil1000")));
    }

    private static Batch Owned(string owner) => new(new[] { HecRecords.Record(0, owner + "/x") });

    private static string[] Names(HecIndexes indexes, Batch batch)
    {
        var names = new List<string>();
        foreach (var record in batch.Records)
        {
            var name = new byte[IndexName.MaxLength];
            names.Add(Encoding.ASCII.GetString(name, 0, indexes.Write(record, name)));
        }

        return [.. names];
    }

    private static string Encode(HecConfig config, params ExportRecord[] records)
    {
        using var body = new HecBody(gzip: false);
        HecHarness.Encoder(config).Encode(new Batch(records), body);
        return Encoding.UTF8.GetString(body.Complete().Span);
    }

    private static string? Text(JsonElement envelope, string key) => envelope.GetProperty(key).GetString();

    private static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
