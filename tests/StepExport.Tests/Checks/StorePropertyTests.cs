using FsCheck;
using FsCheck.Fluent;
using StepExport.Core.Checks;
using StepExport.Core.Model;
using StepExport.Testing.Checks;
using static StepExport.Testing.Checks.SomeFinding;

namespace StepExport.Tests.Checks;

/// <summary>Whatever comes in whatever order: the counts are true, and nothing is approved that nobody has seen.</summary>
public sealed class StorePropertyTests
{
    private const int Cases = 40;

    private static readonly Gen<CheckFinding> Findings =
        from number in Gen.Choose(1, 4)
        from severity in Gen.Elements(Severity.Low, Severity.Medium, Severity.Critical)
        from status in Gen.Elements(FindingStatus.New, FindingStatus.New, FindingStatus.Suppressed)
        from host in Gen.Elements("a.example", "a.example", "b.example")
        select Failing(number) with { Severity = severity, Status = status, Endpoint = new(host, 443) };

    /// <summary>Findings that come, or (with none) somebody who approves what he sees.</summary>
    private static readonly Gen<List<CheckFinding>> Steps = Gen.Choose(0, 3).SelectMany(count => Findings.ListOf(count)).Select(findings => findings.ToList());

    [Fact]
    public void Counts_and_conclusion_follow_from_the_findings_and_approvals() =>
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(Cases), Prop.ForAll(Steps.ListOf().ToArbitrary(), steps => Holds([.. steps])));

    private static bool Holds(List<List<CheckFinding>> steps)
    {
        using var rig = new CheckRig();
        var known = new Dictionary<string, CheckFinding>();
        var seen = new Dictionary<string, CheckFinding>();
        foreach (var step in steps)
        {
            var before = rig.Store.Find(Run());
            rig.Time.Advance(TimeSpan.FromSeconds(1));
            if (step.Count == 0) Approve(rig, known, seen, before);
            else rig.Store.Apply(step);
            foreach (var finding in step) Take(known, seen, finding);
            if (known.Count > 0 && !IsTrue(rig, known, seen, before)) return false;
        }

        return true;
    }

    private static void Approve(CheckRig rig, Dictionary<string, CheckFinding> known, Dictionary<string, CheckFinding> seen, Core.Checks.Check? before)
    {
        var outcome = rig.Store.Approve(Run(), before?.Revision ?? 0, "eve", ApprovalVia.Page, null);
        if (outcome != ApproveOutcome.Approved) return;
        foreach (var finding in known.Values.Where(CheckRules.Default.Fails)) seen.TryAdd(finding.Uid, finding);
    }

    private static void Take(Dictionary<string, CheckFinding> known, Dictionary<string, CheckFinding> seen, CheckFinding finding)
    {
        known[finding.Uid] = finding;
        if (seen.TryGetValue(finding.Uid, out var approved) && (finding.Endpoint != approved.Endpoint || finding.Severity > approved.Severity)) seen.Remove(finding.Uid);
    }

    private static bool IsTrue(CheckRig rig, Dictionary<string, CheckFinding> known, Dictionary<string, CheckFinding> seen, Core.Checks.Check? before)
    {
        var check = rig.Check();
        var failing = known.Values.Where(CheckRules.Default.Fails).ToList();
        var isOpen = failing.Any(finding => !seen.ContainsKey(finding.Uid));
        return check.Findings == known.Count && check.Failing == failing.Count
            && check.Status == (isOpen ? CheckStatus.Pending : CheckStatus.Approved)
            && check.Conclusion == (isOpen ? CheckConclusion.Failure : CheckConclusion.Success)
            && rig.Store.Findings(Run()).Count(finding => finding.Fails) == failing.Count
            && (before is null || before == check || check.Changed > before.Changed)
            && check.Revision >= (before?.Revision ?? 0);
    }
}
