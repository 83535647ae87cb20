namespace StepExport.Sources.StepSecurity;

/// <summary>The lists that a configuration asks for.</summary>
internal static class FeedPlan
{
    /// <summary>Written under <c>types</c>: every one.</summary>
    public const string EveryType = "*";

    public const string New = "new";
    public const string Suppressed = "suppressed";
    public const string Resolved = "resolved";

    /// <summary>Every value of <c>detection_id</c> that the vendor's page or clients name. The vendor's client calls that parameter
    /// required, and has been seen to ask for the last one where the page names three types: both are asked for.</summary>
    public static IReadOnlyList<string> KnownTypes { get; } =
    [
        "Action-Uses-Commit-From-Non-Default-Branch",
        "Action-Uses-Imposter-Commit",
        "Actions-Policy-Blocked",
        "Agent-Tampered",
        "Anomalous-Outbound-Network-Call",
        "Compromised-Actions-Policy-Blocked",
        "Domain-Blocked",
        "Harden-Runner-Config-Changed",
        "HTTPS-Outbound-Network-Call",
        "New-Outbound-Network-Call",
        "NPM-Package-Upgrade-To-Suspicious-Version",
        "Privileged-Container",
        "Reverse-Shell",
        "Runner-Worker-Memory-Read",
        "Runs-On-Policy-Blocked",
        "Secret-Exfiltration-Attempt",
        "Secret-In-Artifact",
        "Secret-In-Build-Log",
        "Secrets-Policy-Blocked",
        "Source-Code-Overwritten",
        "Suspicious-Network-Call",
        "Suspicious-Process-Events",
    ];

    /// <summary>The lists of detections; incidents are read per organization, see <see cref="FeedKey.Incidents"/>.</summary>
    public static IReadOnlyList<FeedKey> Of(StepSecurityConfig config)
    {
        IEnumerable<FeedScope> scopes = config.Customer is { } customer ? [FeedScope.OfCustomer(customer)] : (config.Owners ?? []).Select(FeedScope.OfOwner);
        var isEvery = config.Types.Contains(EveryType);
        List<string?> types = [.. config.Types.Where(type => type != EveryType)];
        // Named ones first: one that the API refuses is then somebody's wish, not our guess
        if (isEvery) types.AddRange(KnownTypes.Where(known => !types.Contains(known)).Append(null));
        return
        [
            .. from scope in scopes
               from state in config.States.Distinct()
               from type in types.Distinct()
               select new FeedKey(scope, type, state) { IsGuess = isEvery && !config.Types.Contains(type) },
        ];
    }
}
