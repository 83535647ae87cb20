using StepExport.Configuration;

namespace StepExport.Kafka.Auth;

/// <summary>How the program logs in to the brokers.</summary>
internal sealed record KafkaSaslConfig
{
    /// <summary>plain, scram-sha-256 or scram-sha-512 (user name and password), oauthbearer (token of an identity provider, under oidc)
    /// or aws_msk_iam (Amazon MSK with IAM, under aws).</summary>
    [OneOf(KafkaMechanism.Plain, KafkaMechanism.ScramSha256, KafkaMechanism.ScramSha512, KafkaMechanism.OAuthBearer, KafkaMechanism.AwsMskIam)]
    public required string Mechanism { get; init; }

    /// <summary>User name, for plain and scram; the API key at Confluent Cloud.</summary>
    public string? Username { get; init; }

    /// <summary>Password, for plain and scram. It is read again for every new client, also after the brokers refused it: a rotated file needs no restart.</summary>
    public Secret? Password { get; init; }

    /// <summary>Identity provider, for oauthbearer.</summary>
    public KafkaOidcConfig? Oidc { get; init; }

    /// <summary>AWS region and credentials, for aws_msk_iam.</summary>
    public KafkaAwsConfig? Aws { get; init; }
}

/// <summary>The words of <see cref="KafkaSaslConfig.Mechanism"/>.</summary>
internal static class KafkaMechanism
{
    public const string Plain = "plain";
    public const string ScramSha256 = "scram-sha-256";
    public const string ScramSha512 = "scram-sha-512";
    public const string OAuthBearer = "oauthbearer";
    public const string AwsMskIam = "aws_msk_iam";

    public static bool TakesPassword(string mechanism) => mechanism is Plain or ScramSha256 or ScramSha512;
}
