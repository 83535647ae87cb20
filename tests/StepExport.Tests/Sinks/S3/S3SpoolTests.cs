using System.Security.Cryptography;
using StepExport.Core.Delivery;
using StepExport.Core.Model;
using StepExport.Sinks.S3;
using StepExport.Testing;
using StepExport.Testing.Delivery;
using StepExport.Testing.S3;

namespace StepExport.Tests.Sinks.S3;

public sealed class S3SpoolTests
{
    private static readonly S3Config Unreachable = new() { Type = "s3", Bucket = "findings", Endpoint = "http://127.0.0.1:1", PathStyle = true };

    [Theory]
    [InlineData("gzip", 300_000)]
    [InlineData("gzip", 3_000_000)]
    [InlineData("none", 300_000)]
    public async Task An_object_that_was_cut_by_its_size_is_stored_in_that_size(string compression, long size)
    {
        await using var server = await FakeS3Server.StartAsync();
        var bucket = await server.NewBucketAsync();
        await using var lake = new S3Harness(bucket, c => c with { Compression = compression });
        await using var spool = lake.Sink.OpenSpool(replayed: false);
        var records = 0;
        for (; spool.EncodedBytes < size; records++)
        {
            spool.Add(Finding(records + 1));
            spool.Flush();
        }

        Assert.Same(SendResult.Delivered, await spool.SendAsync(TestContext.Current.CancellationToken));

        var stored = Assert.Single(await bucket.ObjectsAsync());
        Assert.InRange(stored.Size!.Value, size * 0.9, size * 1.1);
        Assert.Equal(records, (await bucket.LinesAsync(stored.Key)).Count);
        Assert.Equal(stored.Size, lake.Metrics.BytesSent);
    }

    [Fact]
    public async Task Every_partition_has_an_object_of_its_own_with_its_own_positions()
    {
        await using var server = await FakeS3Server.StartAsync();
        var bucket = await server.NewBucketAsync();
        await using var lake = new S3Harness(bucket, c => c with { Partition = "{repo}" });
        var records = Enumerable.Range(1, 9).Select(n => new SomeRecord(n) { Repository = $"acme/r{n % 3}" });

        Assert.Same(SendResult.Delivered, await lake.SendAsync(SomeBatch.Of(records)));

        var keys = await bucket.KeysAsync();
        Assert.Equal(["r0/lake-0000000000000000003-0000000000000000009", "r1/lake-0000000000000000001-0000000000000000007", "r2/lake-0000000000000000002-0000000000000000008"], keys.Select(k => k[..^"-0123456789abcdef.jsonl.gz".Length]));
        Assert.Equal(S3Harness.Uids(1, 9).Order(), (await bucket.UidsAsync()).Order());
        Assert.Equal(3, lake.Gauge("s3_objects_total"));
    }

    [Fact]
    public async Task Has_room_for_64_partitions_and_goes_on_with_those()
    {
        await using var lake = new S3Harness(Unreachable with { Partition = "{repo}" });
        await using var spool = lake.Sink.OpenSpool(replayed: false);
        for (var n = 1; n <= S3Spool.MostObjects; n++)
        {
            Assert.True(spool.HasRoomFor(InRepository(n, n)));
            spool.Add(InRepository(n, n));
        }

        Assert.False(spool.HasRoomFor(InRepository(65, 65)));
        Assert.True(spool.HasRoomFor(InRepository(66, 1)));
    }

    [Fact]
    public async Task Ends_when_its_objects_together_are_four_times_the_size_of_one()
    {
        await using var lake = new S3Harness(Unreachable with { Partition = "{repo}", Compression = "none", Batch = new() { MaxBytes = new(1_000_000) } });
        await using var spool = lake.Sink.OpenSpool(replayed: false);
        var n = 0;
        for (; spool.HasRoomFor(InRepository(n + 1, n % 8)); n++)
        {
            spool.Add(InRepository(n + 1, n % 8));
            spool.Flush();
        }

        Assert.InRange(spool.EncodedBytes, 499_000, 501_000);
    }

    [Fact]
    public async Task Its_size_is_that_of_its_largest_object()
    {
        await using var lake = new S3Harness(Unreachable with { Partition = "{repo}", Compression = "none" });
        await using var spool = lake.Sink.OpenSpool(replayed: false);
        spool.Add(InRepository(1, 1));
        var one = spool.EncodedBytes;
        spool.Add(InRepository(2, 2));
        Assert.Equal(one, spool.EncodedBytes);
        spool.Add(InRepository(3, 2));
        Assert.Equal(2 * one, spool.EncodedBytes);
        spool.Add(InRepository(4, 1));
        Assert.Equal(2 * one, spool.EncodedBytes);
    }

    [Theory]
    [InlineData("none", 200)]
    [InlineData("gzip", 50)]
    public async Task Its_memory_does_not_grow_with_the_object(string compression, int megabytes)
    {
        await using var lake = new S3Harness(Unreachable with { Compression = compression });
        await using var spool = (S3Spool)lake.Sink.OpenSpool(replayed: false);
        var most = 0L;
        var record = Noise(1, 100_000);
        for (var i = 0; i < megabytes * 10; i++)
        {
            spool.Add(record);
            spool.Flush();
            most = Math.Max(most, spool.BufferBytes);
        }

        Assert.InRange(spool.EncodedBytes, megabytes * 500_000L, megabytes * 1_100_000L);
        Assert.InRange(most, 1, 1_000_000);
        Assert.InRange(lake.Gauge("s3_spool_bytes"), megabytes * 500_000L, spool.EncodedBytes);
    }

    [Fact]
    public async Task A_full_disk_loses_and_doubles_nothing()
    {
        using var disk = TinyDisk.TryMount(512, out var reason);
        Assert.SkipWhen(disk is null, reason);
        await using var server = await FakeS3Server.StartAsync();
        var bucket = await server.NewBucketAsync();
        await using var lake = new S3Harness(S3Harness.Config(bucket) with { Compression = "none" }, Path.Combine(disk!.Path, "work"));
        var ballast = Path.Combine(disk.Path, "ballast");
        System.IO.File.WriteAllBytes(ballast, new byte[400_000]);
        await using var spool = lake.Sink.OpenSpool(replayed: false);
        var full = 0;
        for (var n = 1; n <= 200; n++)
        {
            spool.Add(new SomeRecord(n) { Padding = 1_000 }.Encode(n));
            try
            {
                spool.Flush();
            }
            catch (IOException)
            {
                Assert.Throws<IOException>(spool.Flush);
                full++;
                System.IO.File.Delete(ballast);
                spool.Flush();
            }
        }

        Assert.Equal(1, full);
        Assert.Same(SendResult.Delivered, await spool.SendAsync(TestContext.Current.CancellationToken));
        Assert.Equal(S3Harness.Uids(1, 200), await bucket.UidsAsync());
    }

    [Fact]
    public async Task A_disk_that_is_full_at_the_end_delays_the_batch()
    {
        using var disk = TinyDisk.TryMount(256, out var reason);
        Assert.SkipWhen(disk is null, reason);
        await using var server = await FakeS3Server.StartAsync();
        var bucket = await server.NewBucketAsync();
        await using var lake = new S3Harness(S3Harness.Config(bucket) with { Compression = "none" }, Path.Combine(disk!.Path, "work"));
        var ballast = Path.Combine(disk.Path, "ballast");
        System.IO.File.WriteAllBytes(ballast, new byte[230_000]);
        await using var spool = lake.Spool(SomeBatch.Of([new SomeRecord(1) { Padding = 50_000 }]));

        var first = await spool.SendAsync(TestContext.Current.CancellationToken);
        System.IO.File.Delete(ballast);
        var second = await spool.SendAsync(TestContext.Current.CancellationToken);

        Assert.Equal((RecordOutcome.Retry, true), (first.Outcome, first.NeedsOperator));
        Assert.StartsWith("the spool cannot be written: ", first.Reason, StringComparison.Ordinal);
        Assert.Same(SendResult.Delivered, second);
        Assert.Equal(S3Harness.Uids(1, 1), await bucket.UidsAsync());
    }

    [Fact]
    public async Task What_an_earlier_run_left_goes_when_the_first_spool_opens_and_not_before()
    {
        using var folder = new TemporaryFolder();
        folder.Write("00000007.spool", "left");
        await using var lake = new S3Harness(Unreachable with { Compression = "none" }, folder.Path);
        await lake.Sink.CheckAsync(TestContext.Current.CancellationToken);
        Assert.Single(lake.SpoolFiles);

        await using (var spool = lake.Spool(S3Harness.Megabytes(1)))
        {
            Assert.Equal(["00000001.spool"], lake.SpoolFiles.Select(Path.GetFileName));

            // The second one must not take the first one's file for a leftover.
            await using var other = lake.Sink.OpenSpool(replayed: false);
            Assert.Single(lake.SpoolFiles);
        }

        Assert.Empty(lake.SpoolFiles);
        Assert.Equal(0, lake.Gauge("s3_spool_bytes"));
    }

    private static ExportRecord InRepository(int number, int repository) =>
        new SomeRecord(number) { Repository = $"acme/r{repository:D3}" }.Encode(number);

    private static ExportRecord Noise(int number, int bytes) =>
        new SomeRecord(number) { Title = Convert.ToBase64String(RandomNumberGenerator.GetBytes(bytes * 3 / 4)) }.Encode(number);

    /// <summary>Compresses about as well as findings do.</summary>
    private static ExportRecord Finding(int number) =>
        new SomeRecord(number) { Title = Convert.ToHexString(RandomNumberGenerator.GetBytes(150)), Padding = 3_000 }.Encode(number);
}
