using StepExport.Testing.S3;

namespace StepExport.Tests.Sources.S3;

/// <summary>Which objects are found, when, and how often they are read.</summary>
public sealed class S3ListingTests
{
    [Fact]
    public async Task Reads_every_shape_at_any_depth_in_the_order_of_keys()
    {
        await using var rig = await S3SourceRig.StartAsync();
        await rig.PutAsync("threat-intel/2026/b.ndjson.gz", 4, 2);
        await rig.PutAsync("a.json", 1);
        await rig.PutAsync("acme/app/run 1+2/x.jsonl", 2, 2);
        await rig.Bucket.PutAsync("acme/readme.txt", "no detection");
        await rig.Bucket.PutAsync("z.json", "");

        await rig.ReadOnceAsync();

        Assert.Equal([1, 2, 3, 4, 5], rig.Journal.Durable());
        Assert.Equal(0, rig.Journal.DeadLetters.Count);
        Assert.True(rig.Health.Ok);
    }

    [Fact]
    public async Task Reads_keys_that_XML_and_addresses_cannot_hold()
    {
        await using var rig = await S3SourceRig.StartAsync();
        await rig.PutAsync("a/line\nfeed\u0001.json", 1);
        await rig.PutAsync("b/ü%2F&<?>#+ .json", 2);
        await rig.PutAsync("c/\U0001F600.json", 3);

        await rig.ReadOnceAsync();

        Assert.Equal([1, 2, 3], rig.Journal.Durable());
    }

    [Fact]
    public async Task Only_the_prefix_and_the_suffixes_that_were_asked_for()
    {
        await using var rig = await S3SourceRig.StartAsync();
        rig.Config = rig.Config with { Prefix = "in/", Suffixes = [".log"] };
        await rig.PutAsync("in/a.log", 1);
        await rig.PutAsync("in/a.json", 2);
        await rig.PutAsync("out/a.log", 3);

        await rig.ReadOnceAsync();

        Assert.Equal([1], rig.Journal.Durable());
    }

    [Fact]
    public async Task Reads_more_objects_than_one_page_holds_once_each()
    {
        await using var rig = await S3SourceRig.StartAsync();
        for (var i = 0; i < 1100; i++) await rig.PutAsync($"o{i:D4}.json", i);

        await rig.ReadOnceAsync();

        Assert.Equal(Enumerable.Range(0, 1100), rig.Journal.Durable());
        Assert.Equal(2, rig.Server.Calls.Count(call => call.Operation == "List"));
        Assert.Equal(1100, rig.Gets.Length);
    }

    [Fact]
    public async Task A_poll_asks_only_for_what_sorts_behind_the_last_key()
    {
        await using var rig = await S3SourceRig.StartAsync();
        await rig.PutAsync("2026/1.json", 1);
        rig.Follow();
        await rig.DurableAsync(1);
        await rig.PutAsync("2026/2.json", 2);

        await rig.DurableAsync(2);

        Assert.Equal("2026/1.json", rig.Server.Calls.Last(call => call.Operation == "List").Query["start-after"]);
        Assert.Equal(["2026/1.json", "2026/2.json"], rig.Gets);
    }

    [Fact]
    public async Task A_late_key_is_found_by_the_next_listing_of_everything()
    {
        await using var rig = await S3SourceRig.StartAsync();
        rig.Config = rig.Config with { RelistInterval = new(TimeSpan.FromMinutes(10)) };
        await rig.PutAsync("m.json", 1);
        rig.Follow();
        await rig.DurableAsync(1);
        var before = rig.Journal.Time.GetUtcNow();
        await rig.PutAsync("a.json", 2);

        await rig.DurableAsync(2);

        Assert.InRange(rig.Journal.Time.GetUtcNow() - before, TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(11));
        Assert.Equal(["m.json", "a.json"], rig.Gets);
    }

    [Fact]
    public async Task An_overwritten_object_is_read_again_and_others_are_not()
    {
        await using var rig = await S3SourceRig.StartAsync();
        await rig.PutAsync("a.json", 1);
        await rig.PutAsync("b.json", 2);
        await rig.ReadOnceAsync();
        await rig.PutAsync("a.json", 3);

        await rig.Journal.RestartAsync();
        await rig.ReadOnceAsync();

        Assert.Equal([1, 2, 3], rig.Journal.Durable());
        Assert.Equal(["a.json", "b.json", "a.json"], rig.Gets);
    }

    [Fact]
    public async Task After_a_restart_finished_objects_are_not_read_again_and_late_ones_are()
    {
        await using var rig = await S3SourceRig.StartAsync();
        for (var i = 10; i < 20; i++) await rig.PutAsync($"{i}.json", i);
        await rig.ReadOnceAsync();
        await rig.PutAsync("05.json", 5);
        await rig.Journal.RestartAsync();

        rig.Follow();
        await rig.DurableAsync(5);

        Assert.Equal(11, rig.Gets.Length);
    }

    [Fact]
    public async Task What_is_not_in_the_bucket_any_more_is_forgotten()
    {
        await using var rig = await S3SourceRig.StartAsync();
        await rig.PutAsync("a.json", 1);
        await rig.PutAsync("b.json", 2);
        await rig.ReadOnceAsync();
        await rig.Bucket.RemoveAsync("a.json");
        await rig.ReadOnceAsync();

        using var finished = StepExport.Sources.S3.FinishedObjects.Open(rig.Folder);
        Assert.Equal(1, finished.Count);
    }

    [Fact]
    public async Task Lookback_passes_over_what_was_old_at_the_very_first_run()
    {
        await using var rig = await S3SourceRig.StartAsync();
        rig.Config = rig.Config with { Lookback = new(TimeSpan.FromHours(1)) };
        var now = rig.Journal.Time.GetUtcNow();
        rig.Server.LastModified = now - TimeSpan.FromMinutes(61);
        await rig.PutAsync("old.json", 1);
        rig.Server.LastModified = now - TimeSpan.FromMinutes(59);
        await rig.PutAsync("young.json", 2);
        await rig.ReadOnceAsync();

        // Later the same object is old as well, but was not at the first run
        rig.Journal.Time.Advance(TimeSpan.FromHours(2));
        await rig.PutAsync("another.json", 3);
        await rig.ReadOnceAsync();

        Assert.Equal([2, 3], rig.Journal.Durable());
    }

    [Fact]
    public async Task Another_prefix_begins_from_its_start()
    {
        await using var rig = await S3SourceRig.StartAsync();
        await rig.PutAsync("z/1.json", 1);
        await rig.PutAsync("a/2.json", 2);
        rig.Config = rig.Config with { Prefix = "z/" };
        await rig.ReadOnceAsync();

        rig.Config = rig.Config with { Prefix = "a/" };
        rig.Follow();
        await rig.DurableAsync(2);

        Assert.False(rig.Server.Calls.Last(call => call.Operation == "List" && call.Query["prefix"] == "a/").Query.ContainsKey("start-after"));
    }
}
