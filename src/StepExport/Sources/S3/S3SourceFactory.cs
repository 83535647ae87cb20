using System.Text;
using StepExport.Aws;
using StepExport.Configuration;
using StepExport.Core.Ingest;

namespace StepExport.Sources.S3;

/// <summary>Makes sources of type <c>s3</c>.</summary>
internal sealed class S3SourceFactory() : SourceFactory<S3SourceConfig>("s3")
{
    private const int LongestKey = 1024;

    public override void Validate(S3SourceConfig config, ConfigProblems problems)
    {
        S3StoreRules.Validate(config, problems);
        if (config.Prefix.StartsWith('/'))
            problems.Add("prefix", "begins with a slash; keys hardly ever do: leave it out");
        if (Encoding.UTF8.GetByteCount(config.Prefix) > LongestKey)
            problems.Add("prefix", FormattableString.Invariant($"is longer than a key can be, {LongestKey} bytes; shorten it"));
        for (var i = 0; i < config.Suffixes.Count; i++) problems.AddIfBlank(FormattableString.Invariant($"suffixes[{i}]"), config.Suffixes[i]);
        if (config.RelistInterval.Value < config.PollInterval.Value)
            problems.Add("relistInterval", $"{config.RelistInterval} is less than pollInterval {config.PollInterval}; raise it or lower pollInterval");
        if (config.Notifications is { } notifications) NotificationRules.Validate(config, notifications, problems);
        if (config.Retry.Initial.Value > config.Retry.Max.Value)
            problems.Add("retry.initial", $"{config.Retry.Initial} is more than retry.max {config.Retry.Max}; lower it or raise retry.max");
    }

    /// <exception cref="IOException">A file under <c>tls</c> or the checkpoint cannot be read, or the source's folder cannot be written.</exception>
    public override ISource Create(string name, S3SourceConfig config, SourceContext context) => new S3Source(name, config, context);
}
