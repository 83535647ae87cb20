using System.Globalization;

namespace StepExport.Cli;

/// <summary>Numbers for a person.</summary>
internal static class Units
{
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>With the noun: <c>1 warning</c>, <c>2 warnings</c>.</summary>
    public static string Count(long value, string noun) => $"{Count(value)} {noun}{(value == 1 ? "" : "s")}";

    public static string Bytes(long value) => value switch
    {
        < 1_000 => $"{value} B",
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e3:0.#} KB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e6:0.#} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value / 1e9:0.##} GB"),
    };

    /// <summary>The two largest units: <c>3d 4h</c>, <c>12m 5s</c>, <c>0.3s</c>.</summary>
    public static string Time(TimeSpan time) => time switch
    {
        { TotalDays: >= 1 } => $"{time.Days}d {time.Hours}h",
        { TotalHours: >= 1 } => $"{time.Hours}h {time.Minutes}m",
        { TotalMinutes: >= 1 } => $"{time.Minutes}m {time.Seconds}s",
        { TotalSeconds: >= 10 } => $"{time.Seconds}s",
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(time.TotalSeconds, 0):0.#}s"),
    };

    public static string Instant(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
