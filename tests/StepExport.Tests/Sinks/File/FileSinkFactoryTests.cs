using StepExport.Configuration;
using StepExport.Sinks.File;

namespace StepExport.Tests.Sinks.File;

public sealed class FileSinkFactoryTests
{
    [Theory]
    [InlineData("out/a.ndjson", null)]
    [InlineData("a", null)]
    [InlineData("", "is empty")]
    [InlineData("  ", "is empty")]
    [InlineData("out/", "is a folder")]
    [InlineData("out/..", "is a folder")]
    [InlineData("a\0b", "NUL")]
    public void A_path_that_names_no_file_is_refused(string path, string? problem)
    {
        var problems = new ConfigProblems();
        new FileSinkFactory().Validate(new FileSinkConfig { Type = "file", Path = path }, problems);
        if (problem is null)
            Assert.Empty(problems.All);
        else
            Assert.Contains(problem, Assert.Single(problems.All, p => p.Path == "path").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Creating_the_sink_touches_no_file()
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid()}", "out.ndjson");
        var context = new SinkContext(new("local", TimeProvider.System), "unused", TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        Assert.IsType<FileSink>(new FileSinkFactory().Create("local", new FileSinkConfig { Type = "file", Path = path }, context));
        Assert.False(Directory.Exists(Path.GetDirectoryName(path)));
    }
}
