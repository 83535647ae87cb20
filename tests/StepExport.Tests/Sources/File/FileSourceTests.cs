using System.IO.Compression;
using System.Runtime.Versioning;
using System.Text;
using StepExport.Testing.Ingest;
using IO = System.IO;

namespace StepExport.Tests.Sources.File;

/// <summary>One round over the files, as <c>--once</c> makes it.</summary>
public sealed class FileSourceTests
{
    [Fact]
    public async Task Reads_all_matching_files_in_the_order_of_their_names()
    {
        await using var rig = new IngressRig();
        rig.Put("b.ndjson", IngressRig.Lines(10, 300));
        rig.Put("a.ndjson", "[" + IngressRig.Detection(1) + "," + IngressRig.Detection(2) + "]");
        await rig.ReadOnceAsync("*.ndjson");
        Assert.Equal([1, 2, .. Enumerable.Range(10, 300)], rig.Durable());
    }

    [Fact]
    public async Task What_was_read_is_not_read_again_and_what_was_added_is()
    {
        await using var rig = new IngressRig();
        var path = rig.Put("a.ndjson", IngressRig.Lines(1, 5));
        await rig.ReadOnceAsync("*");
        await rig.RestartAsync();
        IO.File.AppendAllText(path, IngressRig.Lines(6, 5));
        rig.Put("b.ndjson", IngressRig.Lines(11, 1));
        await rig.ReadOnceAsync("*");
        Assert.Equal(Enumerable.Range(1, 11), rig.Durable());
    }

    [Fact]
    public async Task Bad_lines_are_dead_lettered_with_file_line_and_byte()
    {
        await using var rig = new IngressRig();
        var first = IngressRig.Lines(1, 1);
        var path = rig.Put("a.ndjson", first + "rubbish\n" + IngressRig.Lines(2, 1) + "{\"id\":tru}");
        await rig.ReadOnceAsync("a.ndjson");

        Assert.Equal([1, 2], rig.Durable());
        Assert.Equal(
            [($"{path} line 2 byte {first.Length}", "rubbish"), ($"{path} line 4 byte {2 * first.Length + 8}", "{\"id\":tru}")],
            rig.DeadLetters.List().Select(letter => (letter.Letter.Position, Encoding.UTF8.GetString(letter.Letter.Bytes))));
    }

    [Fact]
    public async Task Gzip_is_read_and_its_position_kept()
    {
        await using var rig = new IngressRig();
        PutGzip(rig, "a.ndjson.gz", IngressRig.Lines(1, 500));
        await rig.ReadOnceAsync("*.gz");
        await rig.ReadOnceAsync("*.gz");
        Assert.Equal(Enumerable.Range(1, 500), rig.Durable());
    }

    [Fact]
    public async Task A_file_that_was_gzipped_after_it_was_read_is_the_same_file()
    {
        await using var rig = new IngressRig();
        var path = rig.Put("a.log", IngressRig.Lines(1, 50));
        await rig.ReadOnceAsync("*");
        IO.File.Delete(path);
        PutGzip(rig, "a.log.1.gz", IngressRig.Lines(1, 55));
        await rig.ReadOnceAsync("*");
        Assert.Equal(Enumerable.Range(1, 55), rig.Durable());
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.99)]
    public async Task Damaged_gzip_is_read_as_far_as_it_goes_and_then_said(double part)
    {
        await using var rig = new IngressRig();
        var path = PutGzip(rig, "a.gz", string.Concat(Enumerable.Range(1, 3000).Select(i => IngressRig.Lines(i * 7919, 1))));
        var bytes = IO.File.ReadAllBytes(path);
        IO.File.WriteAllBytes(path, bytes[..(int)(bytes.Length * part)]);
        rig.Put("b.ndjson", IngressRig.Lines(1, 1));

        var error = await Assert.ThrowsAsync<IOException>(() => rig.ReadOnceAsync("*"));
        Assert.Contains("a.gz cannot be read", error.Message, StringComparison.Ordinal);
        Assert.Contains(1, rig.Durable());
        Assert.Contains(7919, rig.Durable());
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_file_that_may_not_be_read_is_said_and_the_others_are_read()
    {
        Assert.SkipWhen(Environment.UserName == "root", "root may read everything");
        await using var rig = new IngressRig();
        IO.File.SetUnixFileMode(rig.Put("a.ndjson", IngressRig.Lines(1, 1)), UnixFileMode.None);
        rig.Put("b.ndjson", IngressRig.Lines(2, 1));
        await Assert.ThrowsAsync<IOException>(() => rig.ReadOnceAsync("*"));
        Assert.Equal([2], rig.Durable());
        Assert.Contains("a.ndjson", rig.Metrics.Health.Current.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_cannot_be_opened_is_said_and_the_others_are_read()
    {
        await using var rig = new IngressRig();
        rig.Put("a.gz", "this is no gzip at all");
        rig.Put("b.ndjson", IngressRig.Lines(2, 1));
        var error = await Assert.ThrowsAsync<IOException>(() => rig.ReadOnceAsync("*"));
        Assert.Contains("a.gz cannot be read", error.Message, StringComparison.Ordinal);
        Assert.Equal([2], rig.Durable());
    }

    [Fact]
    public async Task No_matching_file_is_an_error()
    {
        await using var rig = new IngressRig();
        var error = await Assert.ThrowsAsync<IOException>(() => rig.ReadOnceAsync("*.ndjson"));
        Assert.StartsWith("no file matches", error.Message, StringComparison.Ordinal);
        Assert.False(rig.Metrics.Health.Current.Ok);
    }

    [Fact]
    public async Task A_truncated_file_is_read_from_its_start()
    {
        await using var rig = new IngressRig();
        var path = rig.Put("a.ndjson", IngressRig.Lines(1, 20));
        await rig.ReadOnceAsync("*");
        IO.File.WriteAllText(path, IngressRig.Lines(21, 2));
        await rig.ReadOnceAsync("*");
        Assert.Equal(Enumerable.Range(1, 22), rig.Durable());
    }

    [Fact]
    public async Task A_copy_beside_its_original_is_a_file_of_its_own()
    {
        await using var rig = new IngressRig();
        rig.Put("a", IngressRig.Lines(1, 3));
        rig.Put("b", IngressRig.Lines(1, 4));
        await rig.ReadOnceAsync("*");
        Assert.Equal([1, 2, 3, 1, 2, 3, 4], rig.Durable());
    }

    [Fact]
    public async Task Files_that_are_gone_are_forgotten()
    {
        await using var rig = new IngressRig();
        rig.Put("keep", IngressRig.Lines(0, 1));
        await rig.ReadOnceAsync("*");
        var before = rig.Journal.Checkpoint("source")!.Length;
        var paths = Enumerable.Range(1, 50).Select(i => rig.Put($"f{i}", IngressRig.Lines(i, 1))).ToArray();
        await rig.ReadOnceAsync("*");
        Assert.True(rig.Journal.Checkpoint("source")!.Length > 10 * before);
        Array.ForEach(paths, IO.File.Delete);
        await rig.ReadOnceAsync("*");
        Assert.Equal(before, rig.Journal.Checkpoint("source")!.Length);
    }

    private static string PutGzip(IngressRig rig, string name, string text)
    {
        var path = Path.Combine(rig.Inbox, name);
        using var gzip = new GZipStream(IO.File.Create(path), CompressionLevel.Fastest);
        gzip.Write(Encoding.UTF8.GetBytes(text));
        return path;
    }
}
