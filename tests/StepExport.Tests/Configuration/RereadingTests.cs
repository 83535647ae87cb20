using StepExport.Configuration;
using StepExport.Testing;

namespace StepExport.Tests.Configuration;

/// <summary>A source that reads further back than dedupe remembers would export the same again and again.</summary>
public sealed class RereadingTests
{
    [Theory]
    [InlineData("14d", "7d", false)]
    [InlineData("7d", "7d", false)]
    [InlineData("6d", "7d", true)]
    public void A_sweep_deeper_than_the_window_of_dedupe_is_warned_about(string window, string depth, bool warns)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("c.yaml", $$"""
            dedupe: { window: {{window}} }
            sources: { api: { type: stepsecurity, customer: acme, apiKey: "${env:PATH}", sweepDepth: {{depth}} } }
            sinks: { out: { type: file, path: out.ndjson } }
            """);

        var warnings = new ConfigLoader(Composition.Factories).Load(file).Warnings.Select(w => w.ToString());

        Assert.Equal(
            warns ? [$"{file}:2:90: sources.api.sweepDepth: {depth} is more than dedupe.window {window}: what is older than the window may be exported again; lower it, or raise the window"] : [],
            warnings);
    }
}
