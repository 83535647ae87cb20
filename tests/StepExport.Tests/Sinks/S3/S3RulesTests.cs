using StepExport.Configuration;
using StepExport.Sinks.S3;

namespace StepExport.Tests.Sinks.S3;

public sealed class S3RulesTests
{
    private static readonly S3Config Good = new() { Type = "s3", Bucket = "acme-detections", Region = "eu-west-1" };

    [Fact]
    public void Takes_the_smallest_configuration_and_fills_in_the_rest()
    {
        var config = Load("{ type: s3, bucket: acme-detections, region: eu-west-1 }").Config!.Sinks.Single().Config;

        var settings = config.ToSettings();
        Assert.Equal((64_000_000, 100_000_000, 2), (settings.BatchMaxBytes, settings.BatchMaxEvents, settings.InFlight));
        Assert.Equal((TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5)), (settings.BatchMaxAge, settings.Timeout));
        Assert.Equal("s3://acme-detections", config.Destination);
        Assert.Equal("s3://acme-detections/a/{owner}", (Good with { Prefix = "a/{owner}/" }).Destination);
    }

    [Fact]
    public void Reports_everything_at_once()
    {
        string[] expected = ["bucket", "region", "prefix", "sse.kmsKeyId", "credentials", "tls.key", "proxy"];
        var problems = Validate(new()
        {
            Type = "s3",
            Bucket = "Acme",
            Prefix = "/a",
            Sse = new() { KmsKeyId = "x" },
            Credentials = new() { Profile = "p", AccessKeyId = new("a"), SecretAccessKey = new("b") },
            Tls = new() { Cert = "c.pem" },
            Proxy = "proxy",
        });

        Assert.Equal(expected.Order(), problems.All.Select(p => p.Path).Order());
        Assert.All(problems.All, p => Assert.Matches("[:;]", p.Message));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("Acme")]
    [InlineData("acme_detections")]
    [InlineData("s3://acme")]
    [InlineData("acme/detections")]
    [InlineData("-acme")]
    [InlineData("acme..x")]
    [InlineData("192.168.0.1")]
    [InlineData("acme\n")]
    public void Rejects_what_is_no_bucket(string bucket) => Expect(Good with { Bucket = bucket }, "bucket", "is not a bucket's name");

    [Theory]
    [InlineData("acme.detections-1")]
    [InlineData("arn:aws:s3:eu-west-1:123456789012:accesspoint/lake")]
    public void Takes_buckets_and_access_points(string bucket) => Assert.Empty(Validate(Good with { Bucket = bucket }).All);

    [Fact]
    public void Other_stores_have_other_buckets_and_need_no_region() =>
        Assert.Empty(Validate(new() { Type = "s3", Bucket = "Acme_1", Endpoint = "https://minio:9000" }).All);

    [Theory]
    [InlineData("minio:9000", "is not an address; write it as https://s3.example.com")]
    [InlineData("https://minio:9000/bucket", "has a path")]
    [InlineData("https://user:pw@minio:9000", "has a user or password in it")]
    public void Rejects_what_is_no_endpoint(string endpoint, string words)
    {
        var problem = Expect(Good with { Endpoint = endpoint }, "endpoint", words);
        Assert.DoesNotContain("pw", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Warns_of_what_is_dangerous()
    {
        var problems = Validate(Good with { Endpoint = "http://minio:9000", StsEndpoint = "http://sts", Acl = "public-read", Tls = new() { Verify = false } });

        Assert.Empty(problems.All);
        Assert.Equal(["acl", "endpoint", "stsEndpoint", "tls.verify"], problems.Warnings.Select(w => w.Path).Order());
    }

    [Fact]
    public void Objects_have_their_limits()
    {
        Expect(Good with { Sse = new() { Type = "aes256", BucketKey = true } }, "sse.bucketKey", "only with sse.type kms");
        Expect(Good with { Compression = "none", ContentEncoding = "gzip" }, "contentEncoding", "make them agree");
        Expect(Good with { Tags = Enumerable.Range(0, 11).ToDictionary(i => $"k{i}", i => "v") }, "tags", "are 11, S3 allows 10");
        Expect(Good with { Metadata = new Dictionary<string, string> { ["a b"] = "v" } }, "metadata.a b", "is not a name for a header");
        Expect(Good with { Metadata = new Dictionary<string, string> { ["a"] = "ü" } }, "metadata.a", "write ASCII");
        Expect(Good with { Partition = "{nope}" }, "partition", "{nope} is not a placeholder");
        Expect(Good with { ConnectTimeout = new(TimeSpan.FromMinutes(6)) }, "connectTimeout", "is more than timeout");
    }

    [Theory]
    [InlineData("partSize: 5MB", "partSize: 5MB is out of range; write a size from 6MB to 5GB")]
    [InlineData("batch: { maxBytes: 6GB }", "batch.maxBytes: 6GB is out of range")]
    [InlineData("checksum: crc64", "checksum: 'crc64'")]
    [InlineData("credentials: { assumeRole: { roleArn: 'arn:aws:iam::123456789012:role/a', duration: 1m } }", "duration: 1m is out of range")]
    [InlineData("credentials: { accessKey: a }", "credentials.accessKey: unknown key; did you mean 'accessKeyId'?")]
    public void The_file_is_read_strictly(string line, string expected) =>
        Assert.Contains(Load($"{{ type: s3, bucket: acme-detections, region: eu-west-1, {line} }}").Errors, e => e.ToString().Contains(expected, StringComparison.Ordinal));

    private static string Expect(S3Config config, string path, string words)
    {
        var problem = Assert.Single(Validate(config).All);
        Assert.Equal(path, problem.Path);
        Assert.Contains(words, problem.Message, StringComparison.Ordinal);
        return problem.Message;
    }

    private static ConfigProblems Validate(S3Config config)
    {
        var problems = new ConfigProblems();
        new S3SinkFactory().Validate(config, problems);
        return problems;
    }

    private static LoadedConfig Load(string sink) =>
        new ConfigLoader(Composition.Factories).Parse("c.yaml", $"sources: {{ in: {{ type: stdin }} }}\nsinks:\n  lake: {sink}\n");
}
