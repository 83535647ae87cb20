using StepExport.Configuration;
using StepExport.Core.Delivery;
using StepExport.Http;

namespace StepExport.Sinks.SplunkHec;

/// <summary>The rules of a section that its shape does not show.</summary>
internal static class HecRules
{
    /// <summary>A longer text is no name, and its values could make it too long for Splunk.</summary>
    private const int LongestTemplate = 500;

    public static void Validate(HecConfig config, ConfigProblems problems)
    {
        ValidateEndpoints(config.Endpoints, problems);
        if (config.MinInFlight > config.InFlight)
            problems.Add("minInFlight", $"{config.MinInFlight} is more than inFlight {config.InFlight}; lower it or raise inFlight");
        HttpProxy.Validate(config.Proxy, config.ProxyUser, config.ProxyPassword, problems);
        if (config.ConnectTimeout.Value > config.Timeout.Value)
            problems.Add("connectTimeout", $"{config.ConnectTimeout} is more than timeout {config.Timeout}; lower it or raise timeout");
        ValidateMetadata("", config.Index, config.Host, config.Source, config.Sourcetype, problems);
        ValidateTokens(config.Tokens ?? [], problems);
        ValidateIndexes(config, problems);
        TlsFiles.Validate(config.Tls, problems);
        if (config.Acknowledgement == "off")
            problems.Warn("acknowledgement", "off: a finding counts as delivered when Splunk has received it, and is lost when Splunk loses it before it is indexed; write auto or required");
    }

    private static void ValidateEndpoints(IReadOnlyList<string> endpoints, ConfigProblems problems)
    {
        for (var i = 0; i < endpoints.Count; i++)
        {
            if (!HecEndpoint.TryParse(endpoints[i], out var endpoint, out var problem))
                problems.Add($"endpoints[{i}]", problem);
            else
                HttpAddress.WarnOfPlain($"endpoints[{i}]", endpoint.Event, "the token and the events", problems);
        }
    }

    private static void ValidateTokens(IReadOnlyList<HecTokenConfig> tokens, ConfigProblems problems)
    {
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            ValidateMetadata($"tokens[{i}].", token.Index, token.Host, token.Source, token.Sourcetype, problems);
            if (token.Where.ToFilter() == RecordFilter.All)
                problems.Add($"tokens[{i}].where", "accepts every record, so that no other token would get any; restrict it, or make this token the sink's own");
        }
    }

    private static void ValidateMetadata(string at, string? index, string? host, string? source, string? sourcetype, ConfigProblems problems)
    {
        if (Template($"{at}index", index, problems) is { IsConstant: true }) ValidateName($"{at}index", index!, problems);
        Template($"{at}host", host, problems);
        Template($"{at}source", source, problems);
        Template($"{at}sourcetype", sourcetype, problems);
    }

    private static void ValidateIndexes(HecConfig config, ConfigProblems problems)
    {
        var allowed = config.AllowedIndexes ?? [];
        for (var i = 0; i < allowed.Count; i++) ValidateName($"allowedIndexes[{i}]", allowed[i], problems);
        if (config.FallbackIndex is not null) ValidateName("fallbackIndex", config.FallbackIndex, problems);
        if ((config.Tokens ?? []).Select(t => t.Index).Append(config.Index).Any(index => index?.Contains('{') == true)) return;
        if (config.FallbackIndex is not null) problems.Add("fallbackIndex", "has no effect without a placeholder like {owner} in index: remove it");
        if (allowed.Count > 0) problems.Add("allowedIndexes", "has no effect without a placeholder like {owner} in index: remove it");
    }

    private static void ValidateName(string path, string name, ConfigProblems problems)
    {
        if (!IndexName.IsValid(name))
            problems.Add(path, $"'{name}' is no name of an index; Splunk allows lower-case letters, digits, _ and -, at most {IndexName.MaxLength} of them, and no - in front");
    }

    private static RecordTemplate? Template(string path, string? text, ConfigProblems problems)
    {
        if (text is null) return null;
        if (string.IsNullOrWhiteSpace(text))
            problems.Add(path, "is empty; give it a value or leave it out");
        else if (text.Length > LongestTemplate)
            problems.Add(path, $"has {text.Length} characters; write at most {LongestTemplate}");
        else if (RecordTemplate.TryParse(text, out var template, out var problem))
            return template;
        else
            problems.Add(path, problem);
        return null;
    }
}
