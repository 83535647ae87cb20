namespace StepExport.Configuration;

/// <summary>One thing that is wrong (or dangerous), with the place where to mend it.</summary>
/// <param name="File">As named by the user.</param>
/// <param name="At">Null when it is about the file as a whole.</param>
/// <param name="Path">Path in the tree, e.g. <c>sinks.splunk.endpoints[0]</c>; empty for the root.</param>
/// <param name="Message">What is wrong; what to do.</param>
internal sealed record ConfigProblem(string File, Position? At, string Path, string Message)
{
    /// <summary><c>file:line:column: path: what is wrong; what to do</c></summary>
    public override string ToString()
    {
        var place = At is { } at ? FormattableString.Invariant($"{File}:{at.Line}:{at.Column}") : File;
        return Path.Length == 0 ? $"{place}: {Message}" : $"{place}: {Path}: {Message}";
    }
}

/// <summary>What loading came to: a configuration, or every reason why there is none.</summary>
/// <param name="File">As named by the user.</param>
/// <param name="Config">Null when there is any error.</param>
/// <param name="Errors">Sorted by line.</param>
/// <param name="Warnings">Sorted by line.</param>
internal sealed record LoadedConfig(string File, ExportConfig? Config, IReadOnlyList<ConfigProblem> Errors, IReadOnlyList<ConfigProblem> Warnings);
