using StepExport.Configuration;

namespace StepExport.Aws;

/// <summary>Where the credentials come from: one of profile, accessKeyId with secretAccessKey, webIdentity, or none of them for the
/// SDK's default chain; with these a role may be assumed. They are read again when they are refused.</summary>
internal sealed record AwsCredentialsConfig
{
    /// <summary>Profile in the shared credentials and configuration files.</summary>
    public string? Profile { get; init; }

    /// <summary>Access key id; needs secretAccessKey.</summary>
    public Secret? AccessKeyId { get; init; }

    /// <summary>Secret access key; needs accessKeyId.</summary>
    public Secret? SecretAccessKey { get; init; }

    /// <summary>Session token of temporary keys.</summary>
    public Secret? SessionToken { get; init; }

    /// <summary>Role to assume with the credentials above.</summary>
    public AwsAssumeRoleConfig? AssumeRole { get; init; }

    /// <summary>Role to assume with a token of an identity provider, e.g. a Kubernetes service account.</summary>
    public AwsWebIdentityConfig? WebIdentity { get; init; }
}

/// <summary>A role that is assumed with other credentials.</summary>
internal sealed record AwsAssumeRoleConfig
{
    /// <summary>ARN of the role.</summary>
    public required string RoleArn { get; init; }

    /// <summary>External id that the role's trust policy asks for.</summary>
    public string? ExternalId { get; init; }

    /// <summary>Session name, seen in CloudTrail: 2 to 64 letters, digits and +=,.@_-</summary>
    public string SessionName { get; init; } = "stepexport";

    /// <summary>Life of the temporary credentials, 15m to 12h; they are renewed before they end.</summary>
    [DurationRange("15m", "12h")]
    public Duration Duration { get; init; } = new(TimeSpan.FromHours(1));
}

/// <summary>A role that is assumed with a token from a file.</summary>
internal sealed record AwsWebIdentityConfig
{
    /// <summary>File with the token; read anew for every renewal.</summary>
    public required string TokenFile { get; init; }

    /// <summary>ARN of the role.</summary>
    public required string RoleArn { get; init; }

    /// <summary>Session name, seen in CloudTrail: 2 to 64 letters, digits and +=,.@_-</summary>
    public string SessionName { get; init; } = "stepexport";

    /// <summary>Life of the temporary credentials, 15m to 12h; they are renewed before they end.</summary>
    [DurationRange("15m", "12h")]
    public Duration Duration { get; init; } = new(TimeSpan.FromHours(1));
}
