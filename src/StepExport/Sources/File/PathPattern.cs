using System.IO.Enumeration;

namespace StepExport.Sources.File;

/// <summary>A file, or a pattern of files: <c>*</c> and <c>?</c> within a name, <c>**</c> for any number of folders.</summary>
internal sealed class PathPattern
{
    private static readonly EnumerationOptions Options = new() { IgnoreInaccessible = true, AttributesToSkip = 0 };
    private readonly string _root;
    private readonly string[] _names;

    public PathPattern(string pattern)
    {
        var names = Path.GetFullPath(pattern).Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        var plain = names.TakeWhile(name => !IsWild(name)).Count();
        plain = Math.Min(plain, names.Length - 1);
        _root = Path.DirectorySeparatorChar + Path.Combine(names[..plain]);
        _names = names[plain..];
    }

    /// <summary>The files there are, sorted by path.</summary>
    public List<string> Files()
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        Collect(_root, 0, found);
        return [.. found];
    }

    private void Collect(string folder, int level, SortedSet<string> found)
    {
        var name = _names[level];
        var isLast = level == _names.Length - 1;
        if (name == "**")
        {
            // Behind the last ** any file will do
            if (isLast) found.UnionWith(Entries(folder, "*", Directory.EnumerateFiles));
            else Collect(folder, level + 1, found);
            // A link to a folder above would never end
            foreach (var inner in Entries(folder, "*", Directory.EnumerateDirectories).Where(inner => new DirectoryInfo(inner).LinkTarget is null))
                Collect(inner, level, found);
        }
        else if (isLast)
        {
            if (IsWild(name)) found.UnionWith(Entries(folder, name, Directory.EnumerateFiles));
            else if (System.IO.File.Exists(Path.Combine(folder, name))) found.Add(Path.Combine(folder, name));
        }
        else if (IsWild(name))
        {
            foreach (var inner in Entries(folder, name, Directory.EnumerateDirectories)) Collect(inner, level + 1, found);
        }
        else
        {
            Collect(Path.Combine(folder, name), level + 1, found);
        }
    }

    private static List<string> Entries(string folder, string name, Func<string, string, EnumerationOptions, IEnumerable<string>> enumerate)
    {
        if (!Directory.Exists(folder)) return [];
        try
        {
            return [.. enumerate(folder, "*", Options).Where(path => Matches(name, Path.GetFileName(path.AsSpan())))];
        }
        catch (DirectoryNotFoundException)
        {
            // Removed just now
            return [];
        }
    }

    private static bool Matches(string pattern, ReadOnlySpan<char> name) =>
        (name[0] != '.' || pattern[0] == '.') && FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);

    private static bool IsWild(string name) => name.AsSpan().ContainsAny('*', '?');
}
