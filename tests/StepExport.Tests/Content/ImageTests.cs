using System.Text.Json;
using StepExport.Cli;
using StepExport.Testing;

namespace StepExport.Tests.Content;

/// <summary>The Dockerfile fits the program and the repository. <c>make image-test</c> runs what comes of it.</summary>
public sealed class ImageTests
{
    private static readonly string[] Lines = [.. File.ReadAllText(RepositoryRoot.Combine("Dockerfile")).Replace("\\\n", " ", StringComparison.Ordinal).Split('\n')];

    [Theory]
    [InlineData("ENTRYPOINT", "CMD")]
    [InlineData("ENTRYPOINT", "HEALTHCHECK")]
    public async Task Its_commands_are_verbs_of_the_program_without_a_shell(string program, string verb)
    {
        string[] command = [Array(program)[0], .. Array(verb).Where(a => a != Array(program)[0])];
        Assert.Equal("/app/stepexport", command[0]);
        using var output = new StringWriter();
        Assert.Equal(0, await CommandLine.RunAsync([.. command[1..], "--help"], new(Composition.Factories, output, output, TimeProvider.System), TestContext.Current.CancellationToken));
        Assert.Contains($" {command[1]} [options]", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_it_copies_is_in_the_repository_and_not_left_out_of_the_build()
    {
        var ignored = File.ReadAllLines(RepositoryRoot.Combine(".dockerignore"));
        var copied = Lines.Where(l => l.StartsWith("COPY ", StringComparison.Ordinal) && !l.Contains("--from", StringComparison.Ordinal))
            .SelectMany(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..^1]).Select(p => p.TrimEnd('/')).ToArray();
        Assert.Contains("src", copied);
        Assert.All(copied, path => Assert.True(Path.Exists(RepositoryRoot.Combine(path)), $"there is no {path}"));
        Assert.Empty(copied.Intersect(ignored));
    }

    [Fact]
    public void Restore_has_a_layer_of_its_own_that_sees_every_project_file()
    {
        var restore = System.Array.FindIndex(Lines, l => l.Contains("dotnet restore", StringComparison.Ordinal));
        var before = string.Join('\n', Lines[..restore]);
        Assert.DoesNotContain("COPY src/ ", before, StringComparison.Ordinal);
        foreach (var project in Directory.GetFiles(RepositoryRoot.Combine("src"), "*.csproj", SearchOption.AllDirectories))
            Assert.Contains(Path.GetRelativePath(RepositoryRoot.Combine(), project), before, StringComparison.Ordinal);
    }

    [Fact]
    public void It_runs_as_a_user_who_is_told_by_number()
    {
        Assert.Contains("USER 1654:1654", Lines);
        Assert.Contains("STOPSIGNAL SIGTERM", Lines);
        Assert.Contains("VOLUME /data", Lines);
    }

    private static string[] Array(string instruction)
    {
        var line = Lines.Single(l => l.StartsWith($"{instruction} ", StringComparison.Ordinal));
        return JsonSerializer.Deserialize<string[]>(line[line.IndexOf('[', StringComparison.Ordinal)..])!;
    }
}
