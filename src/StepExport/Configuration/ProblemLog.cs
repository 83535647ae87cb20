namespace StepExport.Configuration;

/// <summary>Collects what is wrong with one file, and knows where each path of it stands.</summary>
internal sealed class ProblemLog(string file)
{
    private const int ShortestSecret = 4;
    private readonly List<ConfigProblem> _errors = [];
    private readonly List<ConfigProblem> _warnings = [];
    private readonly Dictionary<string, Position> _places = new(StringComparer.Ordinal) { [""] = new(1, 1) };
    private readonly Dictionary<string, string> _references = new(StringComparer.Ordinal);

    public IReadOnlyList<ConfigProblem> Errors => Sorted(_errors);

    public IReadOnlyList<ConfigProblem> Warnings => Sorted(_warnings);

    /// <summary>Remembers where <paramref name="path"/> stands, for problems that know only the path.</summary>
    public void Place(string path, Position at) => _places.TryAdd(path, at);

    /// <summary>From now on messages show <paramref name="reference"/> instead of <paramref name="value"/>: it may be a secret in the wrong place.</summary>
    public void Hide(string value, string reference)
    {
        if (value.Length >= ShortestSecret) _references[value] = reference;
    }

    public void Add(Position at, string path, string message) => _errors.Add(new(file, at, path, message));

    public void Add(string path, string message) => Add(Locate(path), path, message);

    public void AddWholeFile(string message) => _errors.Add(new(file, null, "", message));

    /// <summary>Leaves out what is warned about at these paths.</summary>
    public void Accept(IReadOnlyList<string> paths) => _warnings.RemoveAll(w => paths.Contains(w.Path, StringComparer.Ordinal));

    public void Warn(string path, string message) => _warnings.Add(new(file, Locate(path), path, message));

    /// <summary>Whether the file itself holds a secret.</summary>
    public bool HasClearSecret { get; private set; }

    public void WarnOfClearSecret(string path)
    {
        HasClearSecret = true;
        Warn(path, "a secret stands in the file itself; better ${env:NAME} or ${file:PATH}");
    }

    /// <summary>Takes over what a component found in its section. Consequences of what is already reported are left out: a
    /// problem at the same path, or at the group or list around it.</summary>
    public void Add(string section, ConfigProblems found)
    {
        var reported = _errors.ConvertAll(e => e.Path);
        foreach (var (relative, message) in found.All)
        {
            var path = ConfigPath.Join(section, relative);
            var isConsequence = path != section && reported.Exists(r => ConfigPath.Contains(path, r));
            if (!isConsequence) Add(path, message);
        }

        foreach (var (relative, message) in found.Warnings) Warn(ConfigPath.Join(section, relative), message);
    }

    private Position Locate(string path)
    {
        while (!_places.ContainsKey(path)) path = ConfigPath.Parent(path);
        return _places[path];
    }

    private ConfigProblem[] Sorted(List<ConfigProblem> problems) =>
        [.. problems.Select(Hidden).Distinct().OrderBy(p => p.At?.Line).ThenBy(p => p.At?.Column)];

    private ConfigProblem Hidden(ConfigProblem problem) => problem with
    {
        Message = _references.Aggregate(problem.Message, (text, r) => text.Replace(r.Key, r.Value, StringComparison.Ordinal)),
    };
}

/// <summary>Paths in the configuration, as they are shown: <c>sinks.splunk.endpoints[0]</c>.</summary>
internal static class ConfigPath
{
    public static string Join(string parent, string child) =>
        parent.Length == 0 ? child : child.Length == 0 || child[0] == '[' ? parent + child : $"{parent}.{child}";

    public static string Item(string list, int index) => FormattableString.Invariant($"{list}[{index}]");

    public static string Parent(string path) => path[..Math.Max(path.LastIndexOfAny(['.', '[']), 0)];

    /// <summary>Whether <paramref name="inner"/> is <paramref name="outer"/> or lies in it.</summary>
    public static bool Contains(string outer, string inner) =>
        inner.StartsWith(outer, StringComparison.Ordinal) && (inner.Length == outer.Length || inner[outer.Length] is '.' or '[');
}
