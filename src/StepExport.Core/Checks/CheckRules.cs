using StepExport.Core.Model;

namespace StepExport.Core.Checks;

/// <summary>Which findings make a check fail. Pure, thread-safe.</summary>
/// <param name="types">Detection types that fail unless their endpoint is expected; <c>*</c> matches any run of characters.</param>
/// <param name="severity">Lowest severity that fails whatever the type and the endpoint; null = none does.</param>
/// <param name="expected">Endpoints that are known and wanted.</param>
internal sealed class CheckRules(IReadOnlyList<string> types, Severity? severity, IReadOnlyList<ExpectedEndpoint> expected)
{
    private readonly TextGlob[] _types = [.. types.Select(pattern => new TextGlob(pattern))];
    private readonly ExpectedEndpoint[] _expected = [.. expected];

    public static IReadOnlyList<string> DefaultTypes { get; } = ["New-Outbound-Network-Call", "Suspicious-Network-Call", "Domain-Blocked"];

    public static CheckRules Default { get; } = new(DefaultTypes, Model.Severity.Critical, []);

    /// <summary>Whether the finding makes the check of its run fail: a new one (not suppressed, not resolved) whose severity is high enough, or
    /// whose type is listed and of whose endpoints one is not expected. What has no endpoint cannot be expected.</summary>
    public bool Fails(CheckFinding finding)
    {
        if (finding.Status is FindingStatus.Suppressed or FindingStatus.Resolved) return false;
        if (finding.Severity >= severity) return true;
        return IsListed(finding.Type) && !IsExpected(finding);
    }

    private bool IsListed(string type)
    {
        foreach (var pattern in _types)
        {
            if (pattern.IsMatch(type)) return true;
        }

        return false;
    }

    private bool IsExpected(CheckFinding finding)
    {
        if (finding.Endpoint is not { } endpoint || !IsExpected(finding.Check.Repository, endpoint)) return false;
        foreach (var other in finding.MoreEndpoints)
        {
            if (!IsExpected(finding.Check.Repository, other)) return false;
        }

        return true;
    }

    private bool IsExpected(string repository, CalledEndpoint endpoint)
    {
        foreach (var known in _expected)
        {
            if (known.Covers(repository, endpoint)) return true;
        }

        return false;
    }
}
