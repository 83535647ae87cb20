using StepExport.Configuration;
using StepExport.Http;

namespace StepExport.Sources.StepSecurity;

/// <summary>The rules of a section that its shape does not show.</summary>
internal static class StepSecurityRules
{
    public static void Validate(StepSecurityConfig config, ConfigProblems problems)
    {
        ValidateAddress(config.BaseUrl, problems);
        ValidateScope(config, problems);
        for (var i = 0; i < config.Types.Count; i++) ValidateName($"types[{i}]", config.Types[i], "Reverse-Shell", problems);
        AtMost("overlap", config.Overlap, "lookback", config.Lookback, problems);
        AtMost("stateOverlap", config.StateOverlap, "sweepDepth", config.SweepDepth, problems);
        AtMost("sweepDepth", config.SweepDepth, "lookback", config.Lookback, problems);
        AtMost("connectTimeout", config.ConnectTimeout, "timeout", config.Timeout, problems);
        AtMost("retry.initial", config.Retry.Initial, "retry.max", config.Retry.Max, problems);
        HttpProxy.Validate(config.Proxy, config.ProxyUser, config.ProxyPassword, problems);
        TlsFiles.Validate(config.Tls, problems);
    }

    private static void ValidateAddress(string text, ConfigProblems problems)
    {
        if (HttpAddress.Read("baseUrl", text, "https://agent.api.stepsecurity.io", problems) is not { } address) return;
        if (address.Query.Length > 0 || address.Fragment.Length > 0)
            problems.Add("baseUrl", "has a query or fragment; write the address without it");
        HttpAddress.WarnOfPlain("baseUrl", address, "the API key and the detections", problems);
    }

    private static void ValidateScope(StepSecurityConfig config, ConfigProblems problems)
    {
        if (config.Customer is null && config.Owners is null)
            problems.Add("customer", "is missing; name the tenant here, or organizations under owners");
        if (config.Customer is not null && config.Owners is not null)
            problems.Add("owners", "customer already stands for all organizations of the tenant; remove one of the two");
        if (config.Customer is { } customer) ValidateName("customer", customer, "acme", problems);
        var owners = config.Owners ?? [];
        for (var i = 0; i < owners.Count; i++)
        {
            ValidateName($"owners[{i}]", owners[i], "acme", problems);
            // GitHub does not tell names apart by case
            if (owners.Take(i).Contains(owners[i], StringComparer.OrdinalIgnoreCase)) problems.Add($"owners[{i}]", $"'{owners[i]}' is given twice; remove one");
        }
    }

    private static void ValidateName(string path, string name, string example, ConfigProblems problems)
    {
        if (name.Length is 0 or > 200 || name.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '/' or '?' or '#'))
            problems.Add(path, $"'{name}' is not a name; write it like {example}");
    }

    private static void AtMost(string path, Duration value, string otherPath, Duration other, ConfigProblems problems)
    {
        if (value.Value > other.Value) problems.Add(path, $"{value} is more than {otherPath} {other}; lower it or raise {otherPath}");
    }
}
