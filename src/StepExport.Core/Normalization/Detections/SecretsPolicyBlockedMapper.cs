// StepSecurity Secrets-Policy-Blocked -> OCSF Detection Finding (2004)

using StepExport.Core.Model;
using StepExport.Core.Normalization.Evidence;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Normalization.Detections;

/// <summary>A run was stopped: its changed workflow asks for secrets outside the default branch.</summary>
internal sealed class SecretsPolicyBlockedMapper : IDetectionMapper
{
    public TypeFacts Facts { get; } = new()
    {
        Type = "Secrets-Policy-Blocked",
        Family = "policy",
        Title = "Run blocked: changed workflow on a non-default branch asks for secrets",
        Severity = Severity.High,
        Confidence = Confidence.High,
        Analytic = AnalyticKind.Rule,
        Attacks = Attacks.Of(("TA0002", "T1677"), ("TA0006", "T1552")),
        Types = ["Policy", "Workflow Run Policy"],
        Blocked = true,
        Policy = "Secret Exfiltration policy",
        Feature = "Workflow Run Policies",
        Remediation = "Review the workflow change and its author before it is approved.",
    };

    public void Map(Finding finding)
    {
        var source = finding.Source;
        var containsSecrets = source.TakeFlag("workflow_contains_secrets"u8);
        var isOtherBranch = source.TakeFlag("is_non_default_branch"u8);
        var matchesDefault = source.TakeFlag("workflow_matches_default_ref"u8);
        var currentHash = TakeHash(source, "current_branch_hash"u8);
        var defaultHash = TakeHash(source, "default_branch_hash"u8);
        var hasData = containsSecrets ?? isOtherBranch ?? matchesDefault ?? !(currentHash.IsEmpty && defaultHash.IsEmpty);
        hasData |= containsSecrets is not null || isOtherBranch is not null || matchesDefault is not null;
        if (!hasData && finding.WorkflowPath.IsEmpty) return;
        finding.Detail = finding.WorkflowPath;
        var w = finding.BeginEvidence(finding.Compiled.PolicyName);
        if (hasData)
        {
            w.Object("data"u8);
            w.Flag("workflow_contains_secrets"u8, containsSecrets);
            w.Flag("is_non_default_branch"u8, isOtherBranch);
            w.Flag("workflow_matches_default_ref"u8, matchesDefault);
            w.String("current_branch_hash"u8, currentHash);
            w.String("default_branch_hash"u8, defaultHash);
            w.EndObject();
        }

        PolicyEvidence.WriteWorkflow(finding);
        finding.EndEvidence();
    }

    /// <summary>The vendor's page shows <c>[hash]</c>: a placeholder, not a value.</summary>
    private static DetectionText TakeHash(DetectionValue source, ReadOnlySpan<byte> name) =>
        source[name].Text.Span.StartsWith("["u8) ? default : source.TakeText(name);
}
