using StepExport.Sources.File;
using StepExport.Testing;

namespace StepExport.Tests.Sources.File;

public sealed class PathPatternTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PathPatternTests()
    {
        foreach (var name in (string[])["b.json", "a.json", "a.txt", ".hidden.json", "x/c.json", "x/y/d.json", "x/.git/e.json"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(name))!);
            System.IO.File.WriteAllText(_folder.File(name), "");
        }

        Directory.CreateSymbolicLink(_folder.File("x/loop"), _folder.Path);
    }

    [Theory]
    [InlineData("a.json", "a.json")]
    [InlineData("missing.json", "")]
    [InlineData("missing/*.json", "")]
    [InlineData("*.json", "a.json b.json")]
    [InlineData("?.json", "a.json b.json")]
    [InlineData(".*", ".hidden.json")]
    [InlineData("*/*.json", "x/c.json")]
    [InlineData("**/*.json", "a.json b.json x/c.json x/y/d.json")]
    [InlineData("x/**", "x/c.json x/y/d.json")]
    [InlineData("**/y/*", "x/y/d.json")]
    public void Finds_files_sorted_by_path(string pattern, string expected) =>
        Assert.Equal(expected, string.Join(' ', new PathPattern(_folder.File(pattern)).Files().Select(path => Path.GetRelativePath(_folder.Path, path))));

    public void Dispose() => _folder.Dispose();
}
