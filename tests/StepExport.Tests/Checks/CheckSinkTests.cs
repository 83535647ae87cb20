using Microsoft.Extensions.Logging.Abstractions;
using StepExport.Checks;
using StepExport.Configuration;
using StepExport.Core.Checks;
using StepExport.Core.Delivery;
using StepExport.Core.Telemetry;
using StepExport.Testing;
using StepExport.Testing.Checks;

namespace StepExport.Tests.Checks;

public sealed class CheckSinkTests : IAsyncDisposable
{
    private readonly CheckRig _rig = new();
    private readonly CheckSink _sink;

    public CheckSinkTests() => _sink = new(_rig.Store, new SinkMetrics("checks", _rig.Time));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _sink.DisposeAsync();
        _rig.Dispose();
    }

    [Fact]
    public async Task The_samples_become_the_checks_of_their_runs()
    {
        var samples = Directory.EnumerateFiles(RepositoryRoot.Combine("config", "samples"), "*.json").Select(File.ReadAllText);
        Assert.Same(SendResult.Delivered, await _sink.SendAsync(JournalRecords.Batch(samples), Cancel));

        var checks = _rig.Store.List(new()).Checks;
        Assert.Equal(14, checks.Sum(check => check.Findings));
        var failing = checks.SelectMany(check => _rig.Store.Findings(check.Key)).Where(finding => finding.Fails).Select(finding => finding.Type).Distinct().Order();
        Assert.Equal(
            ["Compromised-Actions-Policy-Blocked", "Domain-Blocked", "New-Outbound-Network-Call", "Reverse-Shell", "Runner-Worker-Memory-Read"],
            failing);
    }

    [Fact]
    public async Task A_batch_that_comes_again_after_a_crash_changes_nothing()
    {
        var generator = new DetectionGenerator();
        var batch = JournalRecords.Batch(Enumerable.Range(0, 50).Select(generator.One));
        await _sink.SendAsync(batch, Cancel);
        var before = _rig.Store.List(new() { Size = 500 });
        _rig.Time.Advance(TimeSpan.FromMinutes(1));
        await _sink.SendAsync(batch, Cancel);

        var after = _rig.Store.List(new() { Size = 500 });
        Assert.Equal(before.Checks, after.Checks);
        Assert.Equal(50, after.Total);
    }

    [Fact]
    public async Task What_cannot_be_read_costs_itself_alone()
    {
        var batch = new Batch(new[]
        {
            JournalRecords.WithBody("no JSON"),
            JournalRecords.WithBody("""{"class_uid":2003}""", 2),
            JournalRecords.WithBody("""{"class_uid":2004,"finding_info":{"uid":"u"},"metadata":{"correlation_uid":"github/acme/api/runs/1"}}""", 3),
        });
        Assert.Same(SendResult.Delivered, await _sink.SendAsync(batch, Cancel));
        Assert.Equal(new CheckKey("acme/api", "1"), Assert.Single(_rig.Store.List(new()).Checks).Key);
    }

    [Fact]
    public async Task Trouble_of_the_store_is_retried_and_says_where()
    {
        var batch = JournalRecords.Batch(new DetectionGenerator().One(0));
        await _rig.SqlAsync("ALTER TABLE checks RENAME TO away");
        var result = await _sink.SendAsync(batch, Cancel);
        Assert.Equal(RecordOutcome.Retry, result.Outcome);
        Assert.StartsWith($"checks {_rig.Settings.Path}: ", result.Reason, StringComparison.Ordinal);
        Assert.False((await _sink.CheckAsync(Cancel)).Ok);

        await _rig.SqlAsync("ALTER TABLE away RENAME TO checks");
        Assert.Same(SendResult.Delivered, await _sink.SendAsync(batch, Cancel));
        Assert.True((await _sink.CheckAsync(Cancel)).Ok);
    }

    [Fact]
    public async Task The_program_drives_it_one_batch_after_the_other()
    {
        var factory = new CheckSinkFactory(_rig.Store);
        var config = new CheckSinkConfig { Type = factory.Type };
        var settings = config.ToSettings();
        Assert.Equal(("checks", typeof(CheckSinkConfig)), (factory.Type, factory.ConfigType));
        Assert.Equal((1, 1000, TimeSpan.FromMilliseconds(200)), (settings.InFlight, settings.BatchMaxEvents, settings.BatchMaxAge));
        Assert.Same(RecordFilter.All, settings.Filter);

        var context = new SinkContext(new("checks", _rig.Time), "unused", _rig.Time, NullLoggerFactory.Instance);
        await using var made = ((ISinkFactory)factory).Create("checks", config, context);
        await made.SendAsync(JournalRecords.Batch(new DetectionGenerator().One(0)), Cancel);
        Assert.Equal(1, _rig.Store.List(new()).Total);
    }
}
