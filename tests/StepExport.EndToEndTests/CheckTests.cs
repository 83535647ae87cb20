using StepExport.Testing;

namespace StepExport.EndToEndTests;

/// <summary>A configuration with mistakes, as its author meets them.</summary>
public sealed class CheckTests
{
    [Fact]
    public async Task Five_mistakes_are_told_at_once_with_their_lines_and_exit_code_78()
    {
        using var folder = new TemporaryFolder();
        folder.Write("bad.yaml", """
            dataDir: ./data
            journal: { maxSize: 2 gigabytes }
            sources:
              samples: { type: file, paht: /in/*.json }
            sinks:
              splunk:
                type: splunk_hecc
              archive:
                type: file
                path: "${env:STEPEXPORT_NO_SUCH_VARIABLE}"
                batch: { maxAge: 5 }
            """);

        var (exitCode, output, errors) = await ProgramUnderTest.RunAsync(folder.Path, "check", "-c", "bad.yaml");

        Assert.Equal(78, exitCode);
        Assert.Equal("", output);
        string[] expected = ["bad.yaml:2:", "bad.yaml:4:", "bad.yaml:7:", "bad.yaml:10:", "bad.yaml:11:"];
        Assert.All(expected, place => Assert.Contains(place, errors, StringComparison.Ordinal));
        Assert.Contains("path", errors, StringComparison.Ordinal);
        Assert.Contains("splunk_hec", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_refuses_the_same_configuration()
    {
        using var folder = new TemporaryFolder();
        folder.Write("bad.yaml", "sources: {}\n");

        var (exitCode, _, errors) = await ProgramUnderTest.RunAsync(folder.Path, "run", "-c", "bad.yaml");

        Assert.Equal(78, exitCode);
        Assert.Contains("bad.yaml:1", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.File("data")));
    }

    [Fact]
    public async Task An_unknown_verb_is_a_usage_error()
    {
        using var folder = new TemporaryFolder();
        var (exitCode, _, errors) = await ProgramUnderTest.RunAsync(folder.Path, "runn");
        Assert.Equal(64, exitCode);
        Assert.Contains("run", errors, StringComparison.Ordinal);
    }
}
