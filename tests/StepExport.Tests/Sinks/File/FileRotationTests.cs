using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StepExport.Core.Formats;
using StepExport.Core.Telemetry;
using StepExport.Sinks.File;
using StepExport.Testing;
using StepExport.Testing.Delivery;
using IOFile = System.IO.File;

namespace StepExport.Tests.Sinks.File;

public sealed class FileRotationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 7, 22, 12, 0, 0, TimeSpan.Zero));
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    private string Output => _folder.File("detections.ndjson");

    [Fact]
    public async Task A_batch_that_would_exceed_the_size_begins_a_new_file()
    {
        var line = new SomeRecord(1).Body.Length + 1;
        await using var sink = Sink(rotateSize: 2 * line);
        for (var n = 1; n <= 3; n++) await sink.SendAsync(SomeBatch.Of(n), _stop);

        Assert.Equal([1, 2], Numbers(_folder.File("detections-20260722T120000Z-000000000003.ndjson")));
        Assert.Equal([3], Numbers(Output));
    }

    [Fact]
    public async Task A_batch_larger_than_the_size_goes_into_an_empty_file_whole()
    {
        await using var sink = Sink(rotateSize: 10);
        await sink.SendAsync(SomeBatch.Of(1, 2, 3), _stop);
        Assert.Equal([1, 2, 3], Numbers(Output));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task The_first_batch_after_the_age_begins_a_new_file()
    {
        await using var sink = Sink(rotateAge: TimeSpan.FromHours(1));
        await sink.SendAsync(SomeBatch.Of(1), _stop);
        _time.Advance(TimeSpan.FromMinutes(59));
        await sink.SendAsync(SomeBatch.Of(2), _stop);
        _time.Advance(TimeSpan.FromMinutes(1));
        await sink.SendAsync(SomeBatch.Of(3), _stop);

        Assert.Equal([1, 2], Numbers(_folder.File("detections-20260722T130000Z-000000000003.ndjson")));
        Assert.Equal([3], Numbers(Output));
    }

    [Fact]
    public async Task A_finished_file_is_never_overwritten()
    {
        var taken = _folder.File("detections-20260722T120000Z-000000000002.ndjson");
        await IOFile.WriteAllTextAsync(taken, "precious", _stop);
        await using var sink = Sink(rotateSize: 1);
        for (var n = 1; n <= 2; n++) await sink.SendAsync(SomeBatch.Of(n), _stop);

        Assert.Equal("precious", await IOFile.ReadAllTextAsync(taken, _stop));
        Assert.Equal([1], Numbers(_folder.File("detections-20260722T120000Z-000000000002-2.ndjson")));
    }

    [Fact]
    public async Task An_empty_file_is_not_rotated()
    {
        await IOFile.WriteAllTextAsync(Output, "", _stop);
        await using var sink = Sink(rotateSize: 1, rotateAge: TimeSpan.FromTicks(1));
        await sink.SendAsync(SomeBatch.Of(1), _stop);
        Assert.Equal([Output], Directory.GetFiles(_folder.Path));
    }

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<int> Numbers(string path)
    {
        var byBody = Enumerable.Range(1, 10).ToDictionary(n => new SomeRecord(n).Body);
        return IOFile.ReadAllLines(path).Select(line => byBody[line]);
    }

    private FileSink Sink(long? rotateSize = null, TimeSpan? rotateAge = null) =>
        new(new(Output, rotateSize, rotateAge), RecordFormat.Default, new SinkMetrics("local", _time), _time, NullLogger.Instance);
}
