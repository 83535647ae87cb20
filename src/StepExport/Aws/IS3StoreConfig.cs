using StepExport.Configuration;

namespace StepExport.Aws;

/// <summary>What it takes to reach a bucket, for whoever writes to it or reads from it.</summary>
internal interface IS3StoreConfig
{
    string Bucket { get; }

    string? Region { get; }

    string? Endpoint { get; }

    bool PathStyle { get; }

    AwsCredentialsConfig Credentials { get; }

    string? StsEndpoint { get; }

    Duration ConnectTimeout { get; }

    Duration Timeout { get; }

    string? Proxy { get; }

    TlsConfig Tls { get; }
}
