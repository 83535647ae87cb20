using System.Text.RegularExpressions;

namespace StepExport.Configuration;

/// <summary>What the shape of the configuration's own sections does not say.</summary>
internal static class RootRules
{
    public static void Validate(ExportConfig config, ConfigProblems problems)
    {
        ValidateAdmin(config.Admin, problems);
        ValidateRedaction(config.Normalization.Redact, problems);
        ValidateDedupe(config, problems);
    }

    private static void ValidateDedupe(ExportConfig config, ConfigProblems problems)
    {
        if (config.ToDedupeSettings() is not { } dedupe)
        {
            problems.Warn("dedupe.window", "detections that come twice are exported twice");
            return;
        }

        foreach (var source in config.Sources)
        {
            if (source.Config.Rereads is { } rereads && rereads.Age.Value > dedupe.Window)
                problems.Warn($"sources.{source.Name}.{rereads.Key}", $"{rereads.Age} is more than dedupe.window {new Duration(dedupe.Window)}: what is older than the window may be exported again; lower it, or raise the window");
        }
    }

    private static void ValidateAdmin(AdminConfig admin, ConfigProblems problems)
    {
        if (admin.Listen == ListenAddress.Off) return;
        if (ListenAddress.TryParse(admin.Listen) is not { } endPoint)
            problems.Add("admin.listen", $"'{admin.Listen}' is not an address and port; write 127.0.0.1:8970, [::1]:8970 or off");
        else if (!System.Net.IPAddress.IsLoopback(endPoint.Address) && admin.Token is null)
            problems.Add("admin.token", $"is missing, and other machines can reach {admin.Listen}; add a token or listen on 127.0.0.1");
    }

    private static void ValidateRedaction(RedactConfig redact, ConfigProblems problems)
    {
        if (!redact.Enabled) problems.Warn("normalization.redact.enabled", "credentials in process arguments and URLs are not scrubbed");
        for (var i = 0; i < redact.Patterns.Count; i++)
        {
            try
            {
                _ = new Regex(redact.Patterns[i], RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            }
            catch (Exception e) when (e is ArgumentException or NotSupportedException)
            {
                problems.Add(ConfigPath.Item("normalization.redact.patterns", i), $"is not a usable regular expression: {e.Message.TrimEnd('.')}; correct it");
            }
        }
    }
}
