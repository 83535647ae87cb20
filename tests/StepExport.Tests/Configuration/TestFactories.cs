using StepExport.Configuration;
using StepExport.Core.Delivery;
using StepExport.Core.Ingest;
using StepExport.Core.Telemetry;

namespace StepExport.Tests.Configuration;

/// <summary>Two kinds of component that use every feature of a section.</summary>
internal static class TestFactories
{
    public static ComponentFactories All { get; } = new([new TestSourceFactory()], [new TestSinkFactory(), new PlainSinkFactory()]);

    public static LoadedConfig Parse(string text, string file = "c.yaml") => new ConfigLoader(All).Parse(file, text);

    /// <summary>Expects errors, as they are printed.</summary>
    public static string[] Errors(string text, string file = "c.yaml")
    {
        var loaded = Parse(text, file);
        Assert.Equal(loaded.Errors.Count == 0, loaded.Config is not null);
        return [.. loaded.Errors.Select(e => e.ToString())];
    }

    /// <summary>Expects no error.</summary>
    public static ExportConfig Valid(string text, string file = "c.yaml")
    {
        var loaded = Parse(text, file);
        Assert.Empty(loaded.Errors);
        return loaded.Config!;
    }
}

internal enum TestMode
{
    Off,
    Auto,
    WhenRequired,
}

internal sealed record TestSourceConfig : SourceConfig
{
    public override string Origin => "here";

    /// <summary>Where from.</summary>
    public required string Path { get; init; }

    /// <summary>Whether to go on.</summary>
    public bool Follow { get; init; }
}

internal sealed class TestSourceFactory() : SourceFactory<TestSourceConfig>("file")
{
    public override void Validate(TestSourceConfig config, ConfigProblems problems)
    {
    }

    public override ISource Create(string name, TestSourceConfig config, SourceContext context) => new TestSource();
}

internal sealed record TestSinkConfig : SinkConfig
{
    public override string Destination => "there";

    /// <summary>Where to.</summary>
    public required IReadOnlyList<string> Endpoints { get; init; }

    /// <summary>Who.</summary>
    public required Secret Token { get; init; }

    /// <summary>What.</summary>
    public string? Index { get; init; }

    /// <summary>How.</summary>
    public TestMode Mode { get; init; }

    /// <summary>Trust.</summary>
    public TlsConfig Tls { get; init; } = new();

    /// <summary>How much.</summary>
    public double Ratio { get; init; } = 0.5;
}

internal sealed class TestSinkFactory() : SinkFactory<TestSinkConfig>("splunk_hec")
{
    public override void Validate(TestSinkConfig config, ConfigProblems problems)
    {
        for (var i = 0; i < config.Endpoints.Count; i++)
        {
            if (!Uri.TryCreate(config.Endpoints[i], UriKind.Absolute, out _))
                problems.Add($"endpoints[{i}]", $"'{config.Endpoints[i]}' is not a URL; write https://host:8088");
        }

        if (config.Endpoints.Count == 0) problems.Add("endpoints", "is empty; add a URL");
        if (config.Tls.Cert is not null && config.Tls.Key is null) problems.Add("tls.key", "is missing; cert needs it");
        if (!config.Tls.Verify) problems.Warn("tls.verify", "any certificate is accepted");
    }

    public override ISink Create(string name, TestSinkConfig config, SinkContext context) => new TestSink(config);
}

internal sealed record PlainSinkConfig : SinkConfig;

internal sealed class PlainSinkFactory() : SinkFactory<PlainSinkConfig>("console")
{
    public override void Validate(PlainSinkConfig config, ConfigProblems problems)
    {
    }

    public override ISink Create(string name, PlainSinkConfig config, SinkContext context) => throw new IOException("no terminal");
}

/// <summary>Says what its index tells it to say.</summary>
internal sealed class TestSink(TestSinkConfig config) : ISink
{
    public ValueTask<SendResult> SendAsync(Batch batch, CancellationToken cancellationToken) => throw new NotSupportedException();

    public async Task<CheckResult> CheckAsync(CancellationToken cancellationToken)
    {
        if (config.Index == "hang") await Task.Delay(System.Threading.Timeout.Infinite, cancellationToken);
        if (config.Index == "throw") throw new InvalidDataException("a bug");
        return config.Index == "bad" ? new(false, "incorrect index") : new(true, "HEC is healthy");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>A source that can only be asked.</summary>
internal sealed class TestSource : ISource
{
    public Task RunAsync(Ingress ingress, CancellationToken stop) => throw new NotSupportedException();

    public Task<CheckResult> CheckAsync(CancellationToken cancellationToken) => Task.FromResult(new CheckResult(true, "2 files are there"));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
