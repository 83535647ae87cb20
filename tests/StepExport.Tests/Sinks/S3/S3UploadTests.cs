using StepExport.Core.Delivery;
using StepExport.Testing;
using StepExport.Testing.Delivery;
using StepExport.Testing.S3;

namespace StepExport.Tests.Sinks.S3;

/// <summary>Faults in the middle of uploads, as only a double can make them.</summary>
public sealed class S3UploadTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    public static TheoryData<string, int, string> Faults
    {
        get
        {
            var all = new TheoryData<string, int, string>();
            foreach (var (operation, calls) in ((string, int)[])[("Begin", 1), ("Part", 3), ("Complete", 1)])
            {
                for (var number = 1; number <= calls; number++)
                {
                    foreach (var fault in (string[])["503", "409", "403", "cut", "lost", "gone"]) all.Add(operation, number, fault);
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_multipart_upload_survives_a_failure_at_any_request(string operation, int number, string fault)
    {
        await using var server = await FakeS3Server.StartAsync();
        var bucket = await server.NewBucketAsync();
        await using var lake = new S3Harness(bucket, S3Harness.InParts);
        var batch = S3Harness.Megabytes(13);
        server.FailOnce(operation, number, FaultOf(fault));
        await using (var spool = lake.Spool(batch))
        {
            Assert.Equal(RecordOutcome.Retry, (await spool.SendAsync(Stop)).Outcome);
            var second = await spool.SendAsync(Stop);

            // An upload that was completed, unheard, is looked for in vain before the object is found to be there.
            if ((operation, fault) == ("Complete", "lost"))
                Assert.Equal((RecordOutcome.Retry, TimeSpan.Zero), (second.Outcome, second.RetryAfter));
            else
                Assert.Same(SendResult.Delivered, second);
            Assert.Same(SendResult.Delivered, await spool.SendAsync(Stop));
        }

        Assert.Equal(S3Harness.Uids(1, 13), await bucket.UidsAsync());
        Assert.Single(await bucket.KeysAsync());
        Assert.Empty(await bucket.UploadsAsync());
    }

    [Fact]
    public async Task Parts_that_the_store_has_are_not_sent_again()
    {
        await using var server = await FakeS3Server.StartAsync();
        var bucket = await server.NewBucketAsync();
        await using var lake = new S3Harness(bucket, S3Harness.InParts);
        server.FailOnce("Complete", 1, FakeS3Fault.Error(500, "InternalError"));
        await using var spool = lake.Spool(S3Harness.Megabytes(13));

        await spool.SendAsync(Stop);
        await spool.SendAsync(Stop);

        Assert.Equal(["Begin", "Complete", "Complete", "Part 1", "Part 2", "Part 3"], server.Calls.Select(c => c.ToString()).Order());
        Assert.Equal((3, 1), (lake.Gauge("s3_parts_total"), lake.Gauge("s3_objects_total")));
    }

    [Fact]
    public async Task Objects_that_the_store_has_are_not_sent_again()
    {
        await using var server = await FakeS3Server.StartAsync();
        var bucket = await server.NewBucketAsync();
        await using var lake = new S3Harness(bucket, c => c with { Partition = "{repo}" });
        server.FailOnce("Put", 1, FakeS3Fault.Error(503, "SlowDown"));
        await using var spool = lake.Spool(SomeBatch.Of(Enumerable.Range(1, 20).Select(n => new SomeRecord(n) { Repository = $"acme/r{n}" })));

        Assert.Equal(RecordOutcome.Retry, (await spool.SendAsync(Stop)).Outcome);
        Assert.Same(SendResult.Delivered, await spool.SendAsync(Stop));

        Assert.Equal(21, server.Calls.Count(c => c.Operation == "Put"));
        Assert.Equal(20, (await bucket.KeysAsync()).Count);
    }

    [Theory]
    [InlineData("lost")]
    [InlineData("cut")]
    [InlineData("409")]
    public async Task A_small_object_survives_too_and_is_there_once(string fault)
    {
        await using var server = await FakeS3Server.StartAsync();
        var bucket = await server.NewBucketAsync();
        await using var lake = new S3Harness(bucket);
        server.FailOnce("Put", 1, FaultOf(fault));

        Assert.Equal(RecordOutcome.Retry, (await lake.SendAsync(SomeBatch.Range(1, 500))).Outcome);
        Assert.Same(SendResult.Delivered, await lake.SendAsync(SomeBatch.Range(1, 500)));

        Assert.Equal(S3Harness.Uids(1, 500), await bucket.UidsAsync());
        Assert.Equal(fault == "lost" ? 1 : 0, lake.Gauge("s3_objects_already_there_total"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(13)]
    public async Task An_object_that_is_there_already_is_delivered(int megabytes)
    {
        await using var server = await FakeS3Server.StartAsync();
        var bucket = await server.NewBucketAsync();
        await using var lake = new S3Harness(bucket, S3Harness.InParts);

        Assert.Same(SendResult.Delivered, await lake.SendAsync(S3Harness.Megabytes(megabytes)));
        Assert.Same(SendResult.Delivered, await lake.SendAsync(S3Harness.Megabytes(megabytes)));

        Assert.Equal(1, lake.Gauge("s3_objects_already_there_total"));
        Assert.Equal("*", server.Calls.First(c => c.Operation is "Put" or "Complete").Headers["If-None-Match"]);
        Assert.Empty(await bucket.UploadsAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(13)]
    public async Task Without_conditional_writes_the_same_object_is_overwritten(int megabytes)
    {
        await using var server = await FakeS3Server.StartAsync();
        var bucket = await server.NewBucketAsync();
        await using var lake = new S3Harness(bucket, c => S3Harness.InParts(c) with { ConditionalWrites = false });

        await lake.SendAsync(S3Harness.Megabytes(megabytes));
        Assert.Same(SendResult.Delivered, await lake.SendAsync(S3Harness.Megabytes(megabytes)));

        Assert.Equal(S3Harness.Uids(1, megabytes), await bucket.UidsAsync());
        Assert.DoesNotContain(server.Calls, c => c.Headers.ContainsKey("If-None-Match"));
    }

    [Fact]
    public async Task A_spool_that_was_not_delivered_leaves_nothing_behind()
    {
        await using var server = await FakeS3Server.StartAsync();
        var bucket = await server.NewBucketAsync();
        await using var lake = new S3Harness(bucket, S3Harness.InParts);
        server.FailOnce("Part", 2, FakeS3Fault.Error(503, "SlowDown"));
        await using (var spool = lake.Spool(S3Harness.Megabytes(13)))
        {
            await spool.SendAsync(Stop);
            Assert.Single(await bucket.UploadsAsync());
            Assert.Single(lake.SpoolFiles);
        }

        Assert.Empty(await bucket.UploadsAsync());
        Assert.Empty(lake.SpoolFiles);
        Assert.Equal(1, lake.Gauge("s3_multipart_aborts_total"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_upload_whose_id_was_never_heard_is_removed_as_well(bool onUsedConnection)
    {
        await using var server = await FakeS3Server.StartAsync();
        var bucket = await server.NewBucketAsync();
        await using var lake = new S3Harness(bucket, S3Harness.InParts);
        if (onUsedConnection) await lake.SendAsync(SomeBatch.Of(99));
        server.FailOnce("Begin", 1, FaultOf("lost"));
        await using (var spool = lake.Spool(S3Harness.Megabytes(13)))
        {
            await spool.SendAsync(Stop);
            Assert.Single(await bucket.UploadsAsync());
        }

        Assert.Empty(await bucket.UploadsAsync());
    }

    [Fact]
    public async Task A_store_that_does_not_answer_does_not_hold_up_the_end_for_long()
    {
        await using var server = await FakeS3Server.StartAsync();
        var bucket = await server.NewBucketAsync();
        await using var lake = new S3Harness(bucket, S3Harness.InParts);
        var never = new TaskCompletionSource();
        server.Fault = call => call.Operation switch
        {
            "Complete" => FakeS3Fault.Error(500, "InternalError"),
            "Abort" => new() { Until = never.Task },
            _ => null,
        };
        var spool = lake.Spool(S3Harness.Megabytes(13));
        await spool.SendAsync(Stop);

        await spool.DisposeAsync().AsTask().WaitAsync(Hangs.After, Stop);

        Assert.Empty(lake.SpoolFiles);
        never.SetResult();
    }

    [Fact]
    public async Task A_replayed_batch_first_removes_what_the_killed_run_left_of_it()
    {
        await using var server = await FakeS3Server.StartAsync();
        var bucket = await server.NewBucketAsync();
        await using var lake = new S3Harness(bucket, S3Harness.InParts);
        await using var killed = lake.Spool(S3Harness.Megabytes(13));
        server.FailOnce("Complete", 1, FakeS3Fault.Error(500, "InternalError"));
        await killed.SendAsync(Stop);
        await bucket.Client.InitiateMultipartUploadAsync(bucket.Name, "somebody/else", Stop);
        Assert.Equal(2, (await bucket.UploadsAsync()).Count);

        await using var replayed = lake.Spool(S3Harness.Megabytes(13), replayed: true);
        Assert.Same(SendResult.Delivered, await replayed.SendAsync(Stop));

        Assert.Equal("somebody/else", Assert.Single(await bucket.UploadsAsync()).Key);
        Assert.Equal(S3Harness.Uids(1, 13), await bucket.UidsAsync());
    }

    [Fact]
    public async Task A_store_that_does_not_list_uploads_gets_the_replayed_batch_nevertheless()
    {
        await using var server = await FakeS3Server.StartAsync();
        var bucket = await server.NewBucketAsync();
        await using var lake = new S3Harness(bucket, S3Harness.InParts);
        server.Fault = call => call.Operation == "Uploads" ? FakeS3Fault.Error(403, "AccessDenied") : null;

        await using var replayed = lake.Spool(S3Harness.Megabytes(13), replayed: true);
        Assert.Same(SendResult.Delivered, await replayed.SendAsync(Stop));

        Assert.Contains(server.Calls, c => c.Operation == "Uploads");
        Assert.Equal(S3Harness.Uids(1, 13), await bucket.UidsAsync());
    }

    [Fact]
    public async Task A_batch_that_is_not_replayed_asks_for_no_list()
    {
        await using var server = await FakeS3Server.StartAsync();
        var bucket = await server.NewBucketAsync();
        await using var lake = new S3Harness(bucket, S3Harness.InParts);

        await lake.SendAsync(S3Harness.Megabytes(13));

        Assert.DoesNotContain(server.Calls, c => c.Operation == "Uploads");
    }

    [Fact]
    public async Task A_send_that_is_cancelled_in_the_middle_goes_on_there_the_next_time()
    {
        await using var server = await FakeS3Server.StartAsync();
        var bucket = await server.NewBucketAsync();
        await using var lake = new S3Harness(bucket, S3Harness.InParts);
        var never = new TaskCompletionSource();
        using var timeout = new CancellationTokenSource();
        server.Fault = call =>
        {
            if (call.Operation != "Complete") return null;
            timeout.CancelAfter(1);
            return new() { Until = never.Task };
        };
        await using var spool = lake.Spool(S3Harness.Megabytes(13));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => spool.SendAsync(timeout.Token).AsTask());
        server.Fault = _ => null;
        Assert.Same(SendResult.Delivered, await spool.SendAsync(Stop));

        Assert.Equal(3, server.Calls.Count(c => c.Operation == "Part"));
        never.SetResult();
    }

    private static FakeS3Fault FaultOf(string name) => name switch
    {
        "cut" => new() { CutsBody = true },
        "lost" => new() { LosesAnswer = true },
        "gone" => FakeS3Fault.Error(404, "NoSuchUpload"),
        "409" => FakeS3Fault.Error(409, "ConditionalRequestConflict"),
        "403" => FakeS3Fault.Error(403, "ExpiredToken"),
        _ => FakeS3Fault.Error(503, "SlowDown"),
    };
}
