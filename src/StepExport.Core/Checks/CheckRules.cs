using StepExport.Core.Model;

namespace StepExport.Core.Checks;

/// <summary>Which findings make a check fail. Pure, thread-safe.</summary>
/// <param name="types">Detection types that fail unless their endpoint is expected; <c>*</c> matches any run of characters.</param>
/// <param name="severity">Lowest severity that fails whatever the type and the endpoint; null = none does.</param>
/// <param name="expected">Endpoints that are known and wanted.</param>
internal sealed class CheckRules(IReadOnlyList<string> types, Severity? severity, IReadOnlyList<ExpectedEndpoint> expected)
{
    public static IReadOnlyList<string> DefaultTypes { get; } = ["New-Outbound-Network-Call", "Suspicious-Network-Call", "Domain-Blocked"];

    public static CheckRules Default { get; } = new(DefaultTypes, Model.Severity.Critical, []);

    /// <summary>Whether the finding makes the check of its run fail: a new one (not suppressed, not resolved) whose severity is high enough, or
    /// whose type is listed and whose endpoint is not expected.</summary>
    public bool Fails(CheckFinding finding) => throw new NotImplementedException($"{types} {severity} {expected} {finding}");
}
