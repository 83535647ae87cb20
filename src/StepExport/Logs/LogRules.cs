using StepExport.Configuration;
using StepExport.Sinks.SplunkHec;

namespace StepExport.Logs;

/// <summary>What the shape of <c>log</c> does not say.</summary>
internal static class LogRules
{
    private const string Section = "log.splunk";

    public static void Validate(LogConfig config, ConfigProblems problems)
    {
        if (config.Splunk is not { } splunk) return;
        if (splunk.Level < config.Level && config.Overrides.Count == 0)
            problems.Add($"{Section}.level", $"{Word(splunk.Level)} is below log.level {Word(config.Level)}, and what is not logged cannot be sent; lower log.level as well");
        ValidateConstant("index", splunk.Index, problems);
        ValidateConstant("host", splunk.Host, problems);
        ValidateConstant("source", splunk.Source, problems);
        ValidateConstant("sourcetype", splunk.Sourcetype, problems);
        var found = new ConfigProblems();
        HecRules.Validate(AsSink(splunk), found);
        foreach (var (path, message) in found.All) problems.Add($"{Section}.{path}", message);
        foreach (var (path, message) in found.Warnings) problems.Warn($"{Section}.{path}", message);
    }

    /// <summary>The same as a section of a sink, whose rules and connections are the log's too.</summary>
    public static HecConfig AsSink(SplunkLogConfig splunk) => new()
    {
        Type = "splunk_hec",
        Endpoints = splunk.Endpoints,
        Token = splunk.Token,
        Index = splunk.Index,
        Host = splunk.Host,
        Source = splunk.Source,
        Sourcetype = splunk.Sourcetype,
        InFlight = 1,
        Timeout = splunk.Timeout,
        ConnectTimeout = splunk.Timeout.Value < TimeSpan.FromSeconds(10) ? splunk.Timeout : new(TimeSpan.FromSeconds(10)),
        Proxy = splunk.Proxy,
        ProxyUser = splunk.ProxyUser,
        ProxyPassword = splunk.ProxyPassword,
        Tls = splunk.Tls,
    };

    private static void ValidateConstant(string key, string? value, ConfigProblems problems)
    {
        if (value?.Contains('{', StringComparison.Ordinal) == true)
            problems.Add($"{Section}.{key}", "has a placeholder; there is no detection here whose value could stand for it");
    }

    private static string Word(LogVerbosity level) => System.Text.Json.JsonSerializer.SerializeToElement(level, ConfigJson.Options).GetString()!;
}
