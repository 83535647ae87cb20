using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using StepExport.Configuration;
using StepExport.Core.Ingest;
using StepExport.Core.Journal;
using StepExport.Core.Telemetry;
using StepExport.Sources.StepSecurity;
using StepExport.Testing.Ingest;
using StepExport.Testing.Journal;

namespace StepExport.Testing.StepSecurity;

/// <summary>A finding in the journal.</summary>
/// <param name="Number">Of its <see cref="FakeDetection"/>; -1 for an incident.</param>
/// <param name="Status">1 new, 3 suppressed, 4 resolved.</param>
/// <param name="Activity">1 create, 2 update, 3 close.</param>
/// <param name="Uid">Of the event.</param>
/// <param name="FindingUid">Of the finding.</param>
/// <param name="Type">Of the detection.</param>
internal sealed record ExportedFinding(int Number, int Status, int Activity, string Uid, string FindingUid, string Type);

/// <summary>The API's double and a real journal, and between them the source by a clock that a test moves.</summary>
internal sealed class ApiRig : IAsyncDisposable
{
    public const string Type = "Reverse-Shell";
    private readonly TemporaryFolder _folder = new();
    private readonly List<ExportedFinding> _exported = [];
    private JournalReader? _reader;

    private ApiRig(FakeApiServer server) => Server = server;

    public FakeApiServer Server { get; }

    public TrackedTime Time { get; } = new();

    public IngressRig Intake { get; } = new();

    public string KeyFile => _folder.File("key");

    public ComponentHealth.Snapshot Health => Intake.Metrics.Health.Current;

    /// <summary>One type, one state, one owner: one list.</summary>
    public StepSecurityConfig Config => new()
    {
        Type = "stepsecurity",
        BaseUrl = Server.Address,
        Owners = ["acme"],
        ApiKey = new Secret($"${{file:{KeyFile}}}"),
        Types = [Type],
        States = ["new"],
        Timeout = new(TimeSpan.FromMinutes(9)),
        ThreatIntelligence = new() { Enabled = false },
    };

    public static async Task<ApiRig> StartAsync()
    {
        var rig = new ApiRig(await FakeApiServer.StartAsync());
        await File.WriteAllTextAsync(rig.KeyFile, rig.Server.Key);
        return rig;
    }

    /// <summary>A detection of <see cref="Type"/>, so long before now.</summary>
    public void Add(int number, TimeSpan age, string state = "new", string owner = "acme") =>
        Server.Store.Add(number, Time.GetUtcNow() - age, state, owner, Type);

    public ISource Source(StepSecurityConfig config, bool once = false) => new StepSecuritySourceFactory().Create(
        "source", config, new(Intake.Metrics, Intake.Journal.Checkpoint("source"), _folder.Path, once, Time, NullLoggerFactory.Instance));

    /// <summary>Runs the source to its end, as <c>--once</c> does.</summary>
    public async Task ReadOnceAsync(StepSecurityConfig? config = null)
    {
        using var ingress = Intake.Ingress();
        await using var source = Source(config ?? Config, once: true);
        await source.RunAsync(ingress, CancellationToken.None);
    }

    public RunningSource Run(StepSecurityConfig? config = null) => new(this, config ?? Config);

    /// <summary>What is durable, in the order of the journal, each event once.</summary>
    public IReadOnlyList<ExportedFinding> Exported()
    {
        _reader ??= Intake.Journal.OpenReader("probe");
        _exported.AddRange(_reader.ReadAll().Select(record => Parse(record.Body)));
        return [.. _exported.DistinctBy(finding => finding.Uid)];
    }

    /// <summary>Whether the checkpoint says that the list of <see cref="Config"/> has been swept.</summary>
    public bool IsSweepDurable() => FeedProgress.Decode(Intake.Journal.Checkpoint("source"))[FeedPlan.Of(Config)[0]].SweptMs is not null;

    /// <summary>Waits for what the source does by itself, or with a clock that moves so much at a time; a minute at most.</summary>
    public async Task UntilAsync(Func<bool> condition, TimeSpan step = default)
    {
        using var tooLong = new CancellationTokenSource(Hangs.After);
        while (!condition())
        {
            tooLong.Token.ThrowIfCancellationRequested();
            Time.Advance(step);
            await Task.Delay(1, CancellationToken.None);
        }
    }

    public IEnumerable<int> Numbers() => Exported().Select(finding => finding.Number).Order();

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _reader?.Dispose();
        await Intake.DisposeAsync();
        _folder.Dispose();
    }

    private static ExportedFinding Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        var metadata = root.GetProperty("metadata");
        var number = -1;
        if (metadata.TryGetProperty("correlation_uid", out var correlation) && correlation.GetString() is { } run)
            number = (int)(long.Parse(run[(run.LastIndexOf('/') + 1)..], CultureInfo.InvariantCulture) - DetectionGenerator.RunId(0));
        var info = root.GetProperty("finding_info");
        return new(
            number,
            root.GetProperty("status_id").GetInt32(),
            root.GetProperty("activity_id").GetInt32(),
            metadata.GetProperty("uid").GetString()!,
            info.GetProperty("uid").GetString()!,
            info.GetProperty("analytic").GetProperty("uid").GetString()!);
    }
}

/// <summary>The source while it runs.</summary>
internal sealed class RunningSource : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Ingress _ingress;
    private readonly ISource _source;
    private readonly ApiRig _rig;
    private readonly StepSecurityConfig _config;

    public RunningSource(ApiRig rig, StepSecurityConfig config)
    {
        (_rig, _config) = (rig, config);
        _ingress = rig.Intake.Ingress();
        _source = rig.Source(config);
        Run = _source.RunAsync(_ingress, _stop.Token);
    }

    public Task Run { get; }

    /// <summary>Completes when that many lists are read and wait for their next poll.</summary>
    public Task PausedAsync(int lists = 1) => _rig.Time.WhenWaitingAsync(_config.PollInterval, lists);

    /// <summary>Lets every list be polled once more.</summary>
    public async Task PollAsync(int lists = 1)
    {
        await PausedAsync(lists);
        _rig.Time.Advance(_config.PollInterval);
        await PausedAsync(lists);
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Run;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _source.DisposeAsync();
        _ingress.Dispose();
        _stop.Dispose();
    }
}
