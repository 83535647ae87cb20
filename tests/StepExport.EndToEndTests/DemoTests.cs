using StepExport.Testing;

namespace StepExport.EndToEndTests;

/// <summary>What a newcomer sees first.</summary>
public sealed class DemoTests
{
    [Fact]
    public async Task Demo_exports_exactly_the_fourteen_samples_and_shows_them()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateSymbolicLink(folder.File("config"), RepositoryRoot.Combine("config"));

        var (exitCode, output, errors) = await ProgramUnderTest.RunAsync(folder.Path, "run", "-c", "config/demo.yaml", "--once");

        Assert.Equal((0, ""), (exitCode, exitCode == 0 ? "" : errors));
        Assert.Equal(14, (await File.ReadAllLinesAsync(folder.File("out/demo/detections.ndjson"), TestContext.Current.CancellationToken)).Length);
        Assert.Equal(14, output.Split('\n').Count(line => line.StartsWith("20", StringComparison.Ordinal)));
        Assert.Contains("Compromised-Actions-Policy-Blocked", output, StringComparison.Ordinal);
        Assert.Contains("out/demo/detections.ndjson", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.8.0")]
    [InlineData("1.6.0")]
    [InlineData("1.5.0")]
    [InlineData("1.3.0")]
    [InlineData("1.1.0")]
    public async Task Every_version_that_the_program_writes_is_valid(string version)
    {
        OcsfValidator.Require();
        using var folder = new TemporaryFolder();
        Export.Detections(folder, 140);
        var config = Export.Config(folder, $"  archive: {{ type: file, path: archive.ndjson, ocsfVersion: {version} }}");

        var (exitCode, _, errors) = await ProgramUnderTest.RunAsync(folder.Path, "run", "-c", config, "--once");

        Assert.True(exitCode == 0, errors);
        Assert.Equal("140 events, 0 errors, 0 warnings", await OcsfValidator.VerdictAsync(folder.File("archive.ndjson")));
        Assert.Contains($"\"version\":\"{version}\"", await File.ReadAllTextAsync(folder.File("archive.ndjson"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
