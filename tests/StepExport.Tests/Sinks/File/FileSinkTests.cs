using System.Runtime.Versioning;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StepExport.Core.Delivery;
using StepExport.Core.Formats;
using StepExport.Core.Ocsf;
using StepExport.Core.Telemetry;
using StepExport.Sinks.File;
using StepExport.Testing;
using StepExport.Testing.Delivery;
using IOFile = System.IO.File;

namespace StepExport.Tests.Sinks.File;

public sealed class FileSinkTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 7, 22, 12, 0, 0, TimeSpan.Zero));
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    private string Output => _folder.File("out/deep/detections.ndjson");

    [Fact]
    public async Task Appends_one_line_per_record_and_creates_the_folders()
    {
        await using var sink = Sink();
        Assert.Same(SendResult.Delivered, await sink.SendAsync(SomeBatch.Of(1, 2), _stop));
        Assert.Same(SendResult.Delivered, await sink.SendAsync(SomeBatch.Of(3), _stop));
        Assert.Equal(Lines(1, 2, 3), IOFile.ReadAllText(Output));
    }

    [Theory]
    [UnsupportedOSPlatform("windows")]
    [InlineData("0600")]
    [InlineData("0640")]
    public async Task A_new_file_has_the_mode_that_is_configured_and_an_old_one_keeps_its_own(string mode)
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Windows has no modes");
        var asked = (UnixFileMode)Convert.ToInt32(mode, 8);
        await using (var sink = Configured(mode)) await sink.SendAsync(SomeBatch.Of(1), _stop);
        // The umask of whoever runs the tests may take away more.
        Assert.Equal(UnixFileMode.None, IOFile.GetUnixFileMode(Output) & ~asked);

        IOFile.SetUnixFileMode(Output, asked | UnixFileMode.OtherRead);
        await using (var sink = Configured(mode)) await sink.SendAsync(SomeBatch.Of(2), _stop);
        Assert.Equal(asked | UnixFileMode.OtherRead, IOFile.GetUnixFileMode(Output));

        ISink Configured(string mode) => new FileSinkFactory().Create("local", new FileSinkConfig { Type = "file", Path = Output, Mode = mode }, new(new("local", _time), "unused", _time, NullLoggerFactory.Instance));
    }

    [Fact]
    public async Task Writes_the_schema_version_that_is_configured()
    {
        var older = new RecordFormat(OcsfVersion.V1_1_0);
        await using var sink = Sink(format: older);
        await sink.SendAsync(SomeBatch.Of(1, 2), _stop);

        var expected = Enumerable.Range(1, 2).Select(n => Encoding.UTF8.GetString(older.Render(Encoding.UTF8.GetBytes(new SomeRecord(n).Body), new())));
        Assert.Equal(expected, IOFile.ReadAllLines(Output));
        Assert.Contains("\"version\":\"1.1.0\"", expected.First(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restart_goes_on_behind_what_is_there()
    {
        await using (var sink = Sink()) await sink.SendAsync(SomeBatch.Of(1), _stop);
        await using (var sink = Sink()) await sink.SendAsync(SomeBatch.Of(2), _stop);
        Assert.Equal(Lines(1, 2), IOFile.ReadAllText(Output));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(200)]
    [InlineData(150_000)]
    public async Task A_line_torn_by_a_crash_is_cut_at_the_next_start(int tornBytes)
    {
        var torn = new SomeRecord(2) { Padding = 200_000 }.Body[..tornBytes];
        Seed(Lines(1) + torn);
        await using var sink = Sink();
        await sink.SendAsync(SomeBatch.Of(2), _stop);
        Assert.Equal(Lines(1, 2), IOFile.ReadAllText(Output));
    }

    [Theory]
    [InlineData("{\"half\":")]
    [InlineData("\0\0\0\0")]
    public async Task A_file_that_is_nothing_but_a_torn_line_is_emptied(string torn)
    {
        Seed(torn);
        await using var sink = Sink();
        await sink.SendAsync(SomeBatch.Of(1), _stop);
        Assert.Equal(Lines(1), IOFile.ReadAllText(Output));
    }

    [Fact]
    public async Task A_file_that_another_program_writes_is_left_alone()
    {
        Seed("root:x:0:0\nno line feed at the end");
        await using var sink = Sink();
        var result = await sink.SendAsync(SomeBatch.Of(1), _stop);
        Assert.Equal((RecordOutcome.Retry, true), (result.Outcome, result.NeedsOperator));
        Assert.Contains("another program", result.Reason, StringComparison.Ordinal);
        Assert.Equal("root:x:0:0\nno line feed at the end", IOFile.ReadAllText(Output));
    }

    [Fact]
    public async Task A_full_disk_takes_nothing_of_the_batch_and_says_so()
    {
        using var disk = TinyDisk.TryMount(64, out var reason);
        Assert.SkipWhen(disk is null, reason);
        var path = Path.Combine(disk.Path, "out.ndjson");
        await using var sink = Sink(path);
        Assert.Same(SendResult.Delivered, await sink.SendAsync(SomeBatch.Of(1), _stop));

        var result = await sink.SendAsync(SomeBatch.Range(2, 300), _stop);

        Assert.Equal((RecordOutcome.Retry, false), (result.Outcome, result.NeedsOperator));
        Assert.Contains("No space left on device", result.Reason, StringComparison.Ordinal);
        Assert.Equal(Lines(1), IOFile.ReadAllText(path));
        Assert.Same(SendResult.Delivered, await sink.SendAsync(SomeBatch.Of(2), _stop));
        Assert.Equal(Lines(1, 2), IOFile.ReadAllText(path));
    }

    [Fact]
    public async Task A_device_that_is_always_full_is_a_retry()
    {
        Assert.SkipUnless(IOFile.Exists("/dev/full"), "no /dev/full here");
        await using var sink = Sink("/dev/full");
        var result = await sink.SendAsync(SomeBatch.Of(1), _stop);
        Assert.Equal(RecordOutcome.Retry, result.Outcome);
        Assert.Contains("No space left on device", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_in_the_way_is_a_retry_and_heals_when_it_is_gone()
    {
        Directory.CreateDirectory(Output);
        await using var sink = Sink();
        var result = await sink.SendAsync(SomeBatch.Of(1), _stop);
        Assert.Equal((RecordOutcome.Retry, true), (result.Outcome, result.NeedsOperator));
        Assert.False((await sink.CheckAsync(_stop)).Ok);

        Directory.Delete(Output);
        Assert.Same(SendResult.Delivered, await sink.SendAsync(SomeBatch.Of(1), _stop));
        Assert.True((await sink.CheckAsync(_stop)).Ok);
    }

    [Fact]
    public async Task A_file_that_was_moved_away_is_begun_anew()
    {
        await using var sink = Sink();
        await sink.SendAsync(SomeBatch.Of(1), _stop);
        IOFile.Move(Output, Output + ".1");
        await sink.SendAsync(SomeBatch.Of(2), _stop);
        Assert.Equal((Lines(1), Lines(2)), (IOFile.ReadAllText(Output + ".1"), IOFile.ReadAllText(Output)));
    }

    public void Dispose() => _folder.Dispose();

    private static string Lines(params int[] numbers) => string.Concat(numbers.Select(n => new SomeRecord(n).Body + "\n"));

    private void Seed(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Output)!);
        IOFile.WriteAllText(Output, text);
    }

    private FileSink Sink(string? path = null, RecordFormat? format = null) =>
        new(new(path ?? Output, null, null), format ?? RecordFormat.Default, new SinkMetrics("local", _time), _time, NullLogger.Instance);
}
