using System.Text.RegularExpressions;
using StepExport.Checks;
using StepExport.Core.Formats;
using StepExport.Logs;
using StepExport.Telemetry;

namespace StepExport.Configuration;

/// <summary>What the shape of the configuration's own sections does not say.</summary>
internal static class RootRules
{
    public static void Validate(ExportConfig config, ConfigProblems problems)
    {
        ValidateAdmin(config.Admin, problems);
        ValidateRedaction(config.Normalization.Redact, problems);
        ValidateDedupe(config, problems);
        ValidateRaw(config, problems);
        LogRules.Validate(config.Log, problems);
        TelemetryRules.Validate(config.Telemetry, problems);
        ChecksRules.Validate(config, problems);
        CapacityDangers.Warn(config, problems);
    }

    private static void ValidateDedupe(ExportConfig config, ConfigProblems problems)
    {
        if (config.ToDedupeSettings() is not { } dedupe)
        {
            var rereaders = config.Sources.Where(s => s.Config.Rereads is not null).Select(s => s.Name).ToArray();
            var worse = rereaders.Length == 0 ? "" : $", and {string.Join(", ", rereaders)} reads the same ones at every poll";
            problems.Warn("dedupe.window", $"0s: detections that come twice are exported twice{worse}; remove it, or write 14d");
            return;
        }

        foreach (var source in config.Sources)
        {
            if (source.Config.Rereads is { } rereads && rereads.Age.Value > dedupe.Window)
                problems.Warn($"sources.{source.Name}.{rereads.Key}", $"{rereads.Age} is more than dedupe.window {new Duration(dedupe.Window)}: what is older than the window may be exported again; lower it, or raise the window");
        }
    }

    private static void ValidateRaw(ExportConfig config, ConfigProblems problems)
    {
        if (config.Normalization.IncludeRaw)
        {
            // Who has asked for a sink with raw text knows that it is kept.
            if (!config.Sinks.Any(s => s.Config.Format == OutputFormats.Raw))
                problems.Warn("normalization.includeRaw", "true: the text of each detection as received is kept and sent, with whatever the patterns of redaction do not know in it, at twice the volume; remove it unless a rule needs raw_data");
            return;
        }

        foreach (var sink in config.Sinks)
        {
            if (sink.Config.Format == OutputFormats.Raw)
                problems.Add($"sinks.{sink.Name}.format", "raw is written from the text that the journal keeps beside each finding; set normalization.includeRaw: true, which about doubles its size");
        }
    }

    private static void ValidateAdmin(AdminConfig admin, ConfigProblems problems)
    {
        if (admin.Listen == ListenAddress.Off) return;
        if (ListenAddress.TryParse(admin.Listen) is not { } endPoint)
            problems.Add("admin.listen", $"'{admin.Listen}' is not an address and port; write 127.0.0.1:8970, [::1]:8970 or off");
        else if (!System.Net.IPAddress.IsLoopback(endPoint.Address) && admin.Token is null)
            problems.Add("admin.token", $"is missing, and other machines can reach {admin.Listen}; add a token or listen on 127.0.0.1");
        else if (!System.Net.IPAddress.IsLoopback(endPoint.Address))
            problems.Warn("admin.listen", $"other machines can reach {admin.Listen}, and the token and what /api/tap shows travel unencrypted; listen on 127.0.0.1, or let nobody in but the probes and Prometheus");
    }

    private static void ValidateRedaction(RedactConfig redact, ConfigProblems problems)
    {
        if (!redact.Enabled) problems.Warn("normalization.redact.enabled", "false: passwords and tokens in process arguments and URLs are stored and sent as they are; remove it");
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
