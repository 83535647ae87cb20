using System.Text;
using StepExport.Core.Ingest;
using StepExport.Sources.S3;
using StepExport.Testing.Ingest;
using StepExport.Testing.S3;

namespace StepExport.Tests.Sources.S3;

/// <summary>What a restart finds.</summary>
public sealed class S3ResumeTests
{
    [Theory]
    [InlineData("a.ndjson")]
    [InlineData("a.ndjson.gz")]
    public async Task A_restart_in_the_middle_of_an_object_goes_on_behind_what_is_durable(string key)
    {
        await using var rig = await S3SourceRig.StartAsync();
        var lines = IngressRig.Lines(1, 5000);
        await rig.Bucket.PutAsync(key, key.EndsWith(".gz", StringComparison.Ordinal) ? S3SourceRig.Gzip(lines) : Encoding.UTF8.GetBytes(lines));
        var stored = (await rig.Bucket.GetAsync(key)).Length;
        rig.Server.Fault = call => call.Operation == "Get" ? new() { CutsAnswerAfter = stored / 2 } : null;
        using (var stop = new CancellationTokenSource())
        using (var ingress = rig.Journal.Ingress(new() { SubmissionDetections = 100 }))
        await using (var source = rig.Source(once: false))
        {
            var run = source.RunAsync(ingress, stop.Token);
            await rig.UntilAsync(() => rig.Journal.Durable().Length > 1000);
            await stop.CancelAsync();
            await run;
        }

        rig.Server.Fault = _ => null;
        await rig.Journal.RestartAsync();
        await rig.ReadOnceAsync();

        Assert.Equal(Enumerable.Range(1, 5000), rig.Journal.Durable());
    }

    [Fact]
    public async Task With_the_list_of_finished_objects_lost_all_but_the_last_are_read_again()
    {
        await using var rig = await S3SourceRig.StartAsync();
        await rig.PutAsync("a.json", 1);
        await rig.ReadOnceAsync();
        await rig.PutAsync("b.json", 2);
        await rig.ReadOnceAsync();
        Directory.Delete(rig.Folder, recursive: true);

        await rig.ReadOnceAsync();

        // The last one stands in the checkpoint
        Assert.Equal(["a.json", "b.json", "a.json"], rig.Gets);
    }

    [Fact]
    public async Task A_damaged_list_of_finished_objects_is_begun_anew()
    {
        await using var rig = await S3SourceRig.StartAsync();
        Directory.CreateDirectory(rig.Folder);
        await System.IO.File.WriteAllTextAsync(Path.Combine(rig.Folder, "objects.db"), new string('x', 50_000), TestContext.Current.CancellationToken);
        await rig.PutAsync("a.json", 1);

        await rig.ReadOnceAsync();

        Assert.Equal([1], rig.Journal.Durable());
    }

    [Fact]
    public async Task The_list_of_finished_objects_is_for_its_owner_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "file modes are Unix's");
        await using var rig = await S3SourceRig.StartAsync();
        await rig.ReadOnceAsync();

#pragma warning disable CA1416 // Skipped there
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(Path.Combine(rig.Folder, "objects.db")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, System.IO.File.GetUnixFileMode(rig.Folder));
#pragma warning restore CA1416
    }

    [Fact]
    public void The_checkpoint_holds_everything()
    {
        var progress = new S3Progress { Scope = S3Progress.ScopeOf("b", "p"), Since = DateTimeOffset.UnixEpoch.AddDays(20_000), Place = "ü/\n" };
        var at = new SplitPosition(5_000_000_000, 7, SplitContainer.Envelope, SplitExpected.CommaOrEnd, -1);
        progress.Current = new("k", "tag") { IsGzip = true, Position = at };
        progress.Settling.AddRange([ObjectId.Of("b", "k1", "t"), ObjectId.Of("b", "k2", "t")]);

        var back = S3Progress.Decode(progress.Encode());

        Assert.Equal((progress.Scope, progress.Since, progress.Place), (back.Scope, back.Since, back.Place));
        Assert.Equal(("k", "tag", true, at), (back.Current!.Key, back.Current.ETag, back.Current.IsGzip, back.Current.Position));
        Assert.Equal(progress.Settling, back.Settling);
    }

    [Theory]
    [InlineData("02")]
    [InlineData("01FFFF")]
    [InlineData("")]
    public void A_checkpoint_that_cannot_be_read_is_said_to_be(string hex)
    {
        Assert.Contains("s3 checkpoint", Assert.Throws<IOException>(() => S3Progress.Decode(Convert.FromHexString(hex))).Message, StringComparison.Ordinal);
    }
}
