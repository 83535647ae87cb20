using System.Globalization;
using System.Text;
using StepExport.Core.Checks;
using StepExport.Core.Model;

namespace StepExport.Testing.Checks;

/// <summary>Findings of runs of acme/api; number n is the same wherever it is made. Change it by <c>with</c>.</summary>
internal static class SomeFinding
{
    public static DateTimeOffset At { get; } = new(2026, 7, 22, 17, 0, 0, TimeSpan.Zero);

    public static CheckKey Run(int number = 1) => new("acme/api", (16_625_207_000L + number).ToString(CultureInfo.InvariantCulture));

    /// <summary>A new call to <c>host{number}.example.com:443</c>, of medium severity: by the default rules it fails.</summary>
    public static CheckFinding Failing(int number = 1, int run = 1) => new()
    {
        Uid = $"acme/api/{Run(run).RunId}/1/New-Outbound-Network-Call-host{number}.example.com:443",
        Check = Run(run),
        Type = "New-Outbound-Network-Call",
        Severity = Severity.Medium,
        Status = FindingStatus.New,
        Title = $"Anomalous outbound call: host{number}.example.com",
        Workflow = ".github/workflows/ci.yml",
        Job = "build",
        Endpoint = new($"host{number}.example.com", 443),
        Process = $"curl https://host{number}.example.com/",
        Url = "https://app.stepsecurity.io/github/acme/api/actions/runs/16625207256",
        At = At.AddSeconds(number),
        Record = Encoding.UTF8.GetBytes($$$"""{"class_uid":2004,"finding_info":{"uid":"{{{number}}}"}}"""),
    };

    /// <summary>A secret in a log, of low severity: by the default rules it fails no check.</summary>
    public static CheckFinding Passing(int number = 1, int run = 1) => Failing(number, run) with
    {
        Uid = $"acme/api/{Run(run).RunId}/1/Secret-In-Build-Log-{number}",
        Type = "Secret-In-Build-Log",
        Severity = Severity.Low,
        Title = $"Secret in a build log: rule {number}",
        Endpoint = null,
        Process = null,
    };

    /// <summary>What GitHub says of a run.</summary>
    public static RunFacts Facts(int number = 1) => new(
        number.ToString("x40", CultureInfo.InvariantCulture), $"feature-{number}", "CI", 100 + number, ["octo", "cat"], $"https://github.com/acme/api/actions/runs/{Run(number).RunId}");
}
