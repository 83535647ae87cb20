using System.Globalization;
using StepExport.Core.Checks;

namespace StepExport.Checks;

/// <summary>Reads the conditions of <c>GET /api/checks</c>.</summary>
internal static class CheckQueryText
{
    public const int LargestSize = 500;

    private static readonly string[] Known = ["conclusion", "status", "repository", "search", "page", "size"];

    /// <returns>The query, or what is wrong with it and what to write.</returns>
    public static (CheckQuery? Query, string? Problem) Read(IQueryCollection text)
    {
        foreach (var (name, values) in text)
        {
            if (!Known.Contains(name)) return (null, $"there is no such condition; there are {string.Join(", ", Known)}");
            if (values.Count != 1) return (null, $"{name} is given more than once");
        }

        if (!TryReadWord<CheckConclusion>(text["conclusion"], out var conclusion)) return (null, "conclusion is success or failure");
        if (!TryReadWord<CheckStatus>(text["status"], out var status)) return (null, "status is pending or approved");
        if (!TryReadNumber(text["page"], int.MaxValue, 1, out var page)) return (null, "page is a number from 1 on");
        if (!TryReadNumber(text["size"], LargestSize, new CheckQuery().Size, out var size)) return (null, FormattableString.Invariant($"size is a number from 1 to {LargestSize}"));
        return (new() { Conclusion = conclusion, Status = status, Repository = NullIfEmpty(text["repository"]), Search = NullIfEmpty(text["search"]), Page = page, Size = size }, null);
    }

    /// <summary>Of a form that was not filled in.</summary>
    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static bool TryReadWord<T>(string? text, out T? value)
        where T : struct, Enum
    {
        value = null;
        if (string.IsNullOrEmpty(text)) return true;
        foreach (var candidate in Enum.GetValues<T>())
        {
            if (candidate.ToString().Equals(text, StringComparison.OrdinalIgnoreCase)) value = candidate;
        }

        return value is not null;
    }

    private static bool TryReadNumber(string? text, int most, int otherwise, out int value)
    {
        value = otherwise;
        return string.IsNullOrEmpty(text) || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= 1 && value <= most);
    }
}
