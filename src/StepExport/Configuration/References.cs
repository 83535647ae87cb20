using System.Text.RegularExpressions;

namespace StepExport.Configuration;

/// <summary>References to the outside in string values: <c>${env:NAME}</c> and <c>${file:PATH}</c> (trailing line feeds cut).</summary>
internal static partial class References
{
    /// <exception cref="IOException">The variable is not set, or the file cannot be read.</exception>
    public static string Replace(string text) => Pattern().Replace(text, match => Resolve(match.Groups[1].Value, match.Groups[2].Value));

    private static string Resolve(string kind, string name)
    {
        if (kind == "env")
            return Environment.GetEnvironmentVariable(name) ?? throw new IOException($"environment variable {name} is not set");
        try
        {
            return File.ReadAllText(name).TrimEnd('\r', '\n');
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"file {name} may not be read by this user", e);
        }
    }

    [GeneratedRegex(@"\$\{(env|file):([^}]+)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
