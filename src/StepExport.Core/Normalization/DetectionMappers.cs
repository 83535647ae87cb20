using StepExport.Core.Normalization.Detections;

namespace StepExport.Core.Normalization;

/// <summary>Every mapper. Explicit rather than found by reflection, so that the program can be trimmed; a test compares.</summary>
internal static class DetectionMappers
{
    public static IReadOnlyList<IDetectionMapper> All { get; } =
    [
        new ActionUsesCommitFromNonDefaultBranchMapper(),
        new ActionUsesImposterCommitMapper(),
        new ActionsPolicyBlockedMapper(),
        new AgentTamperedMapper(),
        new CompromisedActionsPolicyBlockedMapper(),
        new DomainBlockedMapper(),
        new HardenRunnerConfigChangedMapper(),
        new HttpsOutboundNetworkCallMapper(),
        new NewOutboundNetworkCallMapper(),
        new PrivilegedContainerMapper(),
        new ReverseShellMapper(),
        new RunnerWorkerMemoryReadMapper(),
        new RunsOnPolicyBlockedMapper(),
        new SecretExfiltrationAttemptMapper(),
        new SecretInArtifactMapper(),
        new SecretInBuildLogMapper(),
        new SecretsPolicyBlockedMapper(),
        new SourceCodeOverwrittenMapper(),
        new SuspiciousNetworkCallMapper(),
        new ThreatIntelligenceMapper(),
    ];

    /// <summary>For types that are not in <see cref="All"/>.</summary>
    public static IDetectionMapper Generic { get; } = new GenericMapper();
}
