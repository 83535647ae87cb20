using System.Text;
using StepExport.Configuration;
using StepExport.Core.Formats;
using StepExport.Core.Ocsf;

namespace StepExport.Cli;

/// <summary>A configuration in a few lines for a person: where from, where to, where data lies.</summary>
internal static class ConfigSummary
{
    public static string Of(string file, ExportConfig config)
    {
        var width = config.Sources.Select(s => s.Name.Length).Concat(config.Sinks.Select(s => s.Name.Length)).Max();
        var text = new StringBuilder($"{file} is valid.\n\n");
        Line(text, "data", $"{Path.GetFullPath(config.DataDir)} (journal up to {config.Journal.MaxSize})");
        Line(text, "admin", config.Admin.Listen == ListenAddress.Off ? "off" : $"{config.Admin.Listen}{(config.Admin.Token is null ? "" : " (with token)")}");
        Lines(text, "sources", config.Sources.Select(s => $"{s.Name.PadRight(width)}  {s.Config.Type} from {s.Config.Origin}"));
        Lines(text, "sinks", config.Sinks.Select(s => $"{s.Name.PadRight(width)}  {s.Config.Type} to {s.Config.Destination}{Where(s.Config.Where)}{Format(s.Config)}"));
        if (config.Checks is { } checks) Line(text, "checks", Checks(config.Admin, checks));
        return text.ToString().TrimEnd();
    }

    private static string Checks(AdminConfig admin, ChecksConfig checks) => string.Join(", ", new[]
    {
        admin.Listen == ListenAddress.Off ? "no page" : $"page {(checks.PublicUrl ?? $"http://{admin.Listen}").TrimEnd('/')}/checks",
        checks.GitHub is { } gitHub ? $"GitHub App {gitHub.AppId} at {gitHub.ApiUrl}" : "without GitHub",
        checks.GitHub?.Webhook is { } webhook ? $"its deliveries on {webhook.Listen}{webhook.Path}" : null,
    }.OfType<string>());

    private static void Lines(StringBuilder text, string title, IEnumerable<string> lines)
    {
        foreach (var (i, line) in lines.Index()) Line(text, i == 0 ? title : "", line);
    }

    private static void Line(StringBuilder text, string title, string line) => text.Append($"  {title,-9}{line}\n");

    private static string Where(WhereConfig where)
    {
        var conditions = new List<string>();
        if (where.MinSeverity is not null) conditions.Add($"severity from {where.MinSeverity}");
        if (!where.Types.Contains("*")) conditions.Add($"types {string.Join(' ', where.Types)}");
        if (!where.Repos.Contains("*")) conditions.Add($"repositories {string.Join(' ', where.Repos)}");
        if (where.States.Distinct().Count() < new WhereConfig().States.Count) conditions.Add($"states {string.Join(' ', where.States)}");
        return conditions.Count == 0 ? "" : $", only {string.Join(" and ", conditions)}";
    }

    private static string Format(SinkConfig sink) => sink.Format switch
    {
        OutputFormats.Ecs or OutputFormats.Cim or OutputFormats.Raw => $", as {sink.Format}",
        _ => sink.OcsfVersion == OcsfVersions.Default ? "" : $", OCSF {sink.OcsfVersion}",
    };
}
