using System.Text;
using FsCheck;
using FsCheck.Fluent;
using StepExport.Sinks.S3;
using StepExport.Testing.Delivery;
using StepExport.Testing.S3;

namespace StepExport.Tests.Sinks.S3;

public sealed class ObjectKeyTests
{
    public static TheoryData<string> HostileRepositories =>
    [
        "../../etc/passwd", "..", "../..", "./.", "/", "//", "", "%2e%2e/%2f", "a\nb/c\r\nd", "\0\u0001\u007f/\u001b[2J", "a\\..\\b/c", "ü/…", "a b/c?d#e", "{owner}/{repo}",
        new string('x', 300) + "/" + new string('y', 300), "'/\"", "=/&",
    ];

    [Fact]
    public void Is_made_of_prefix_partition_positions_and_digest()
    {
        var keys = new S3KeyMaker(Prefix("logs/{owner}"));

        Assert.Matches(
            @"^logs/acme/date=2025-07-22/hour=17/lake-0000000000000000007-0000000000000000042-[0-9a-f]{16}\.jsonl\.gz$",
            keys.Of(new SomeRecord(7), new SomeRecord(42)));
    }

    [Theory]
    [InlineData("", "date={date}", "date=2025-07-22/lake-")]
    [InlineData("a/", "b/", "a/b/lake-")]
    [InlineData("a", "", "a/lake-")]
    [InlineData("", "", "lake-")]
    public void Prefix_and_partition_may_be_left_out(string prefix, string partition, string expected) =>
        Assert.StartsWith(expected, new S3KeyMaker(Prefix(prefix) with { Partition = partition }).Of(new SomeRecord(1)), StringComparison.Ordinal);

    [Fact]
    public void Does_not_end_in_gz_when_it_is_not_compressed() =>
        Assert.EndsWith(".jsonl", new S3KeyMaker(Prefix("") with { Compression = "none" }).Of(new SomeRecord(1)), StringComparison.Ordinal);

    [Fact]
    public void Is_the_same_for_the_same_records()
    {
        var keys = new S3KeyMaker(Prefix("logs"));

        Assert.Equal(keys.Of(new SomeRecord(1), new SomeRecord(2)), keys.Of(new SomeRecord(1), new SomeRecord(2)));
    }

    [Fact]
    public void Differs_for_other_records_at_the_same_positions()
    {
        var keys = new S3KeyMaker(Prefix("logs"));
        string[] all =
        [
            keys.Of(new SomeRecord(1), new SomeRecord(2), new SomeRecord(3)),
            keys.Of(new SomeRecord(1), new SomeRecord(3)),
            keys.Of([new SomeRecord(1), new SomeRecord(4), new SomeRecord(3)], [1, 2, 3]),
            keys.Of(new SomeRecord(1), new SomeRecord(2), new SomeRecord(3) { Padding = 1 }),
        ];

        Assert.All(all, key => Assert.StartsWith(all[0][..^"0123456789abcdef.jsonl.gz".Length], key, StringComparison.Ordinal));
        Assert.Equal(all.Length, all.Distinct().Count());
    }

    [Fact]
    public void The_digest_covers_more_records_than_are_hashed_at_a_time()
    {
        var keys = new S3KeyMaker(Prefix("logs"));
        var records = Enumerable.Range(1, 200).Select(n => new SomeRecord(n)).ToArray();
        var changed = records.ToArray();
        changed[150] = changed[150] with { Padding = 1 };

        Assert.NotEqual(keys.Of(records), keys.Of(changed));
    }

    [Theory]
    [MemberData(nameof(HostileRepositories))]
    public void Stays_inside_the_literal_prefix(string repository) => AssertConfined(repository);

    [Fact]
    public void Stays_inside_the_literal_prefix_whatever_the_repository_is_called() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(ArbMap.Default.ArbFor<string>(), text => AssertConfined(text ?? "")));

    [Theory]
    [MemberData(nameof(HostileRepositories))]
    public async Task A_real_store_takes_the_key_as_it_is(string repository)
    {
        Assert.SkipUnless(RadosGateway.IsInstalled, RadosGateway.Missing);
        var bucket = await (await RadosGateway.SharedAsync()).NewBucketAsync();
        await using var lake = new S3Harness(bucket, c => c with { Prefix = "lake/{owner}/{repo}" });

        var result = await lake.SendAsync(SomeBatch.Of([new SomeRecord(1) { Repository = repository }]));

        Assert.Same(StepExport.Core.Delivery.SendResult.Delivered, result);
        Assert.StartsWith("lake/", Assert.Single(await bucket.KeysAsync()), StringComparison.Ordinal);
        Assert.Equal(S3Harness.Uids(1, 1), await bucket.UidsAsync());
    }

    [Theory]
    [InlineData("/a", "begins with a slash")]
    [InlineData("a//b", "'//'")]
    [InlineData("a//", "'//'")]
    [InlineData("a/../b", "'.' or '..'")]
    [InlineData("./a", "'.' or '..'")]
    [InlineData("a\tb", "control character")]
    [InlineData("a/{b}", "{b} is not a placeholder")]
    public void Says_what_is_wrong_with_a_template(string template, string expected) =>
        Assert.Contains(expected, ObjectKey.Problem(template), StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("a/")]
    [InlineData("a/.hidden/{owner}..x")]
    [InlineData("ü/{repo}")]
    public void Takes_what_is_legal(string template) => Assert.Null(ObjectKey.Problem(template));

    [Fact]
    public void A_key_that_could_become_too_long_is_a_mistake_of_the_configuration()
    {
        Assert.Null(ObjectKey.TooLong(Prefix(string.Join('/', Enumerable.Repeat("{owner}", 5)))));
        Assert.Contains("S3 allows 1024", ObjectKey.TooLong(Prefix(string.Join('/', Enumerable.Repeat("{owner}", 8)))), StringComparison.Ordinal);
    }

    private static S3Config Prefix(string prefix) => new() { Type = "s3", Bucket = "b", Prefix = prefix };

    private static void AssertConfined(string repository)
    {
        var keys = new S3KeyMaker(Prefix("lake/{owner}/{repo}/{type}") with { Partition = "{severity}" });
        var key = keys.Of(new SomeRecord(1) { Repository = repository, Type = repository });

        Assert.Matches(@"^lake/[A-Za-z0-9._-]+/[A-Za-z0-9._-]+/[A-Za-z0-9._-]+/[a-z]+/lake-[0-9]{19}-[0-9]{19}-[0-9a-f]{16}\.jsonl\.gz\z", key);
        Assert.DoesNotContain(key.Split('/'), part => part.All(c => c == '.'));
        Assert.True(Encoding.UTF8.GetByteCount(key) <= 1024);
    }

    /// <summary>Keys as a spool makes them.</summary>
    private sealed class S3KeyMaker(S3Config config)
    {
        private readonly ObjectKey _key = ObjectKey.Create("lake", config);

        public string Of(params SomeRecord[] records) => Of(records, [.. records.Select(r => (long)r.Number)]);

        public string Of(SomeRecord[] records, long[] sequences)
        {
            using var digest = new RecordDigest();
            var folder = new byte[_key.LongestFolder];
            var length = _key.RenderFolder(records[0].Encode(sequences[0]), folder);
            foreach (var (record, sequence) in records.Zip(sequences)) digest.Add(record.Encode(sequence), Encoding.UTF8.GetByteCount(record.Body));
            return _key.Of(folder.AsSpan(0, length), sequences[0], sequences[^1], digest.Complete());
        }
    }
}
