using StepExport.Aws;

namespace StepExport.Kafka.Auth;

/// <summary>Amazon MSK with IAM access control.</summary>
internal sealed record KafkaAwsConfig
{
    /// <summary>Region of the cluster, e.g. eu-west-1.</summary>
    public required string Region { get; init; }

    /// <summary>Where the credentials come from; the SDK's default chain when left out.</summary>
    public AwsCredentialsConfig Credentials { get; init; } = new();

    /// <summary>Address of the token service for assumeRole and webIdentity; the region's when left out.</summary>
    public string? StsEndpoint { get; init; }
}
