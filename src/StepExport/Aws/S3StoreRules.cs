using System.Net;
using System.Text.RegularExpressions;
using StepExport.Configuration;
using StepExport.Http;

namespace StepExport.Aws;

/// <summary>What the shape of the settings of <see cref="IS3StoreConfig"/> does not show to be wrong.</summary>
internal static partial class S3StoreRules
{
    public static void Validate(IS3StoreConfig config, ConfigProblems problems)
    {
        ValidatePlace(config, problems);
        AwsCredentialRules.Validate("", config.Credentials, config.StsEndpoint, problems);
        if (config.Proxy is not null) HttpAddress.Read("proxy", config.Proxy, "http://proxy:3128", problems);
        if (config.ConnectTimeout.Value > config.Timeout.Value)
            problems.Add("connectTimeout", $"{config.ConnectTimeout} is more than timeout {config.Timeout}; lower it or raise timeout");
        TlsFiles.Validate(config.Tls, problems);
    }

    private static void ValidatePlace(IS3StoreConfig config, ConfigProblems problems)
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
            HttpAddress.WarnOfPlain("endpoint", uri, "the events", problems);
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
}
