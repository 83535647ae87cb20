using System.Net;
using System.Text.RegularExpressions;
using StepExport.Aws;
using StepExport.Configuration;
using StepExport.Http;

namespace StepExport.Sinks.S3;

/// <summary>What the shape of the section does not show.</summary>
internal static partial class S3Rules
{
    private const int MostTags = 10;

    public static void Validate(S3Config config, ConfigProblems problems)
    {
        ValidatePlace(config, problems);
        ValidateKeys(config, problems);
        ValidateObjects(config, problems);
        AwsCredentialRules.Validate("", config.Credentials, config.StsEndpoint, problems);
        if (config.Proxy is not null) HttpAddress.Read("proxy", config.Proxy, "http://proxy:3128", problems);
        if (config.ConnectTimeout.Value > config.Timeout.Value)
            problems.Add("connectTimeout", $"{config.ConnectTimeout} is more than timeout {config.Timeout}; lower it or raise timeout");
        TlsFiles.Validate(config.Tls, problems);
    }

    private static void ValidatePlace(S3Config config, ConfigProblems problems)
    {
        // Other stores have other rules, and Amazon's access points have ARNs.
        var isName = config.Endpoint is null
            ? (AmazonBucket().IsMatch(config.Bucket) && !IPAddress.TryParse(config.Bucket, out _)) || AccessPoint().IsMatch(config.Bucket)
            : AnyBucket().IsMatch(config.Bucket);
        if (!isName)
            problems.Add("bucket", $"'{config.Bucket}' is not a bucket's name; write 3 to 63 lower-case letters, digits, dots and dashes (the name alone, without s3:// and key)");
        if (config.Region is null && config.Endpoint is null)
            problems.Add("region", "is missing; add the bucket's region, e.g. eu-west-1, or an endpoint");
        else if (config.Region is not null && !RegionName().IsMatch(config.Region))
            problems.Add("region", $"'{config.Region}' is not a region; write it as eu-west-1");
        if (config.Endpoint is { } endpoint && HttpAddress.Read("endpoint", endpoint, "https://s3.example.com", problems) is { } uri)
        {
            if (uri.PathAndQuery != "/") problems.Add("endpoint", "has a path; write the address alone, and the bucket under bucket");
            if (uri.Scheme == "http") problems.Warn("endpoint", "http: the events travel unencrypted");
        }
    }

    private static void ValidateKeys(S3Config config, ConfigProblems problems)
    {
        var (prefix, partition) = (ObjectKey.Problem(config.Prefix), ObjectKey.Problem(config.Partition));
        if (prefix is not null) problems.Add("prefix", prefix);
        if (partition is not null) problems.Add("partition", partition);
        if ((prefix ?? partition) is null && ObjectKey.TooLong(config) is { } problem) problems.Add("prefix", problem);
    }

    private static void ValidateObjects(S3Config config, ConfigProblems problems)
    {
        if (config.Sse.Type != "kms" && config.Sse.KmsKeyId is not null) problems.Add("sse.kmsKeyId", "has an effect only with sse.type kms: set that or leave the key out");
        if (config.Sse.Type != "kms" && config.Sse.BucketKey is not null) problems.Add("sse.bucketKey", "has an effect only with sse.type kms: set that or leave it out");
        problems.AddIfBlank("sse.kmsKeyId", config.Sse.KmsKeyId);
        problems.AddIfBlank("contentType", config.ContentType);
        problems.AddIfBlank("storageClass", config.StorageClass);
        if (config is { Compression: "none", ContentEncoding: "gzip" }) problems.Add("contentEncoding", "says gzip, but compression is none: make them agree");
        if (config.Acl is "public-read" or "public-read-write") problems.Warn("acl", $"{config.Acl}: anyone can read the findings");
        if (config.Tags.Count > MostTags) problems.Add("tags", FormattableString.Invariant($"are {config.Tags.Count}, S3 allows {MostTags}; leave some out"));
        foreach (var (key, value) in config.Tags)
        {
            if (key.Length is 0 or > 128 || value.Length > 256) problems.Add($"tags.{key}", "is too long or empty; a key has 1 to 128 characters, a value up to 256");
        }

        foreach (var (key, value) in config.Metadata)
        {
            if (!MetadataName().IsMatch(key)) problems.Add($"metadata.{key}", "is not a name for a header; write letters, digits and dashes");
            if (value.Any(c => c is < ' ' or > '~')) problems.Add($"metadata.{key}", "has characters that a header cannot carry; write ASCII");
        }
    }

    [GeneratedRegex(@"^(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\z")]
    private static partial Regex AmazonBucket();

    [GeneratedRegex(@"^arn:[a-z0-9-]+:s3[a-z0-9-]*:[a-z0-9-]*:[0-9]{12}:accesspoint[/:][A-Za-z0-9/:.-]+\z")]
    private static partial Regex AccessPoint();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]\z")]
    private static partial Regex AnyBucket();

    [GeneratedRegex(@"^[A-Za-z0-9-]{1,64}\z")]
    private static partial Regex RegionName();

    [GeneratedRegex(@"^[A-Za-z0-9-]{1,128}\z")]
    private static partial Regex MetadataName();
}
