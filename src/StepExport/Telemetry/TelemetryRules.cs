using StepExport.Configuration;
using StepExport.Http;

namespace StepExport.Telemetry;

/// <summary>What the shape of <c>telemetry</c> does not say.</summary>
internal static class TelemetryRules
{
    private const string Section = "telemetry.otlp";

    public static void Validate(TelemetryConfig config, ConfigProblems problems)
    {
        if (config.Otlp is not { } otlp) return;
        var example = otlp.Protocol == "grpc" ? "http://collector:4317" : "http://collector:4318";
        if (HttpAddress.Read($"{Section}.endpoint", otlp.Endpoint, example, problems) is { } address)
        {
            if (address.Query.Length > 0 || address.Fragment.Length > 0)
                problems.Add($"{Section}.endpoint", $"'{otlp.Endpoint}' has more than an address; write it as {example}");
            if (otlp.Headers.Count > 0) HttpAddress.WarnOfPlain($"{Section}.endpoint", address, "the headers", problems);
        }

        if (otlp is { Metrics: false, Traces: false })
            problems.Add($"{Section}.metrics", "is false, and traces too: nothing would be sent; remove the section");
        foreach (var name in otlp.Headers.Keys.Where(name => !IsToken(name)))
            problems.Add($"{Section}.headers.{name}", "is no name of a header; write letters, digits and -");
        var found = new ConfigProblems();
        TlsFiles.Validate(otlp.Tls, found);
        foreach (var (path, message) in found.All) problems.Add($"{Section}.{path}", message);
        foreach (var (path, message) in found.Warnings) problems.Warn($"{Section}.{path}", message);
    }

    private static bool IsToken(string name) => name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
