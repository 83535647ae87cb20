using StepExport.Testing;
using StepExport.Testing.S3;

namespace StepExport.EndToEndTests;

/// <summary>kill -9 of the real program in the middle of S3 uploads.</summary>
public sealed class S3KillTests(ITestOutputHelper output)
{
    private const int Events = 60_000;

    [Fact]
    public async Task The_bucket_holds_each_record_exactly_once_and_no_orphaned_upload()
    {
        Assert.SkipUnless(RadosGateway.IsInstalled, RadosGateway.Missing);
        using var folder = new TemporaryFolder();
        Export.Detections(folder, Events);
        var bucket = await (await RadosGateway.SharedAsync()).NewBucketAsync();
        // About 0.85 KB per stored event: six objects of two parts each.
        var config = Export.Config(folder, Export.S3Sink(bucket, "partition: 'date={date}', partSize: 6MB, batch: { maxBytes: 8MB }"));
        var random = new Random(20261122);

        var (kills, inMultipart) = (0, 0);
        for (var exitCode = -1; exitCode != 0;)
        {
            await using var program = ProgramUnderTest.Start(folder.Path, "run", "-c", config, "--once");
            if (kills < 10)
            {
                // At any moment from the first request of an upload on.
                var objects = (await bucket.KeysAsync()).Count;
                await Eventually.TrueAsync(async () => program.HasExited || (await bucket.UploadsAsync()).Count > 0 || (await bucket.KeysAsync()).Count > objects, "an upload begins");
                await Task.WhenAny(program.WaitForExitAsync(), Task.Delay(random.Next(0, 150), TestContext.Current.CancellationToken));
            }

            if (program.HasExited || kills >= 10)
            {
                exitCode = await program.WaitForExitAsync();
                Assert.True(exitCode == 0, program.Errors);
                continue;
            }

            await program.KillAsync();
            kills++;
            if ((await bucket.UploadsAsync()).Count > 0) inMultipart++;
        }

        output.WriteLine($"killed {kills} times, {inMultipart} of them with a multipart upload open; {(await bucket.KeysAsync()).Count} objects");
        Assert.True(kills >= 3 && inMultipart >= 1, "nothing was proven");
        Assert.Equal(Export.ExpectedRunIds(Events), Export.RunIds(await bucket.AllLinesAsync()).Order());
        Assert.Empty(await bucket.UploadsAsync());
    }
}
