using System.Text.RegularExpressions;

namespace StepExport.Configuration;

/// <summary>References to the outside in string values: <c>${env:NAME}</c> and <c>${file:PATH}</c> (trailing line feeds cut).
/// What they stand for is not searched for references again.</summary>
internal static partial class References
{
    /// <exception cref="IOException">The variable is not set, or the file cannot be read.</exception>
    public static string Replace(string text) => Pattern().Replace(text, match => Resolve(match.Groups[1].Value, match.Groups[2].Value));

    /// <summary>The references in a text, as written.</summary>
    public static IReadOnlyList<string> Find(string text) => [.. Pattern().Matches(text).Select(match => match.Value)];

    /// <summary>Everything that keeps the references in a text from being replaced; empty when all is well.</summary>
    public static IReadOnlyList<string> Problems(string text)
    {
        var problems = new List<string>();
        if (Pattern().Replace(text, "").Contains("${", StringComparison.Ordinal))
            problems.Add("'${' begins a reference; write ${env:NAME} or ${file:PATH}");
        foreach (var reference in Find(text))
        {
            try
            {
                if (Replace(reference).Length == 0) problems.Add($"{reference} is empty; give it a value");
            }
            catch (IOException e)
            {
                problems.Add(e.Message);
            }
        }

        return problems;
    }

    private static string Resolve(string kind, string name)
    {
        if (kind == "env")
            return Environment.GetEnvironmentVariable(name) ?? throw new IOException($"environment variable {name} is not set; set it before the start");
        try
        {
            return File.ReadAllText(name).TrimEnd('\r', '\n');
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"file {name} may not be read by this user; grant it read permission", e);
        }
        catch (IOException e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new IOException($"file {name} does not exist; create it or correct the path", e);
        }
    }

    [GeneratedRegex(@"\$\{(env|file):([^}]+)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
