namespace StepExport.Configuration;

/// <summary>Everything that is wrong with a configuration; all of it is reported at once.</summary>
internal sealed class ConfigProblems
{
    private readonly List<(string Path, string Message)> _all = [];
    private readonly List<(string Path, string Message)> _warnings = [];

    /// <summary>Errors: the path in the tree (e.g. <c>sinks.splunk.endpoints[0]</c>) and what to do.</summary>
    public IReadOnlyList<(string Path, string Message)> All => _all;

    /// <summary>Allowed, but dangerous.</summary>
    public IReadOnlyList<(string Path, string Message)> Warnings => _warnings;

    public void Add(string path, string message) => _all.Add((path, message));

    /// <summary>Reports a value that was written but says nothing.</summary>
    public void AddIfBlank(string path, string? value)
    {
        if (value is not null && string.IsNullOrWhiteSpace(value)) Add(path, "is empty; give it a value or leave it out");
    }

    public void Warn(string path, string message) => _warnings.Add((path, message));
}
