using System.Text.RegularExpressions;
using StepExport.Aws;
using StepExport.Configuration;

namespace StepExport.Sinks.S3;

/// <summary>What the shape of the section does not show.</summary>
internal static partial class S3Rules
{
    private const int MostTags = 10;

    public static void Validate(S3Config config, ConfigProblems problems)
    {
        S3StoreRules.Validate(config, problems);
        ValidateKeys(config, problems);
        ValidateObjects(config, problems);
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
        if (config.Acl is "public-read" or "public-read-write" or "authenticated-read")
            problems.Warn("acl", $"{config.Acl}: {(config.Acl == "authenticated-read" ? "everyone with an AWS account" : "anyone")} can read the findings; write private, or remove it");
        if (config.Checksum == "none") problems.Warn("checksum", "none: the store takes an object that was damaged on the way; write crc32c, or md5 where the store knows no other");
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

    [GeneratedRegex(@"^[A-Za-z0-9-]{1,128}\z")]
    private static partial Regex MetadataName();
}
