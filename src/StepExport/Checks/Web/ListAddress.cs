using System.Globalization;
using StepExport.Core.Checks;

namespace StepExport.Checks.Web;

/// <summary>The address of a list of checks holds all of its state.</summary>
internal static class ListAddress
{
    public const int LongestText = 200;

    /// <summary>What cannot be understood is left out: an address is typed, cut and mailed.</summary>
    public static CheckQuery Read(IQueryCollection query) => new()
    {
        Conclusion = query["conclusion"].ToString() switch { "failure" => CheckConclusion.Failure, "success" => CheckConclusion.Success, _ => null },
        Status = query["status"].ToString() switch { "pending" => CheckStatus.Pending, "approved" => CheckStatus.Approved, _ => null },
        Repository = Text(query["repository"].ToString()),
        Search = Text(query["search"].ToString()),
        Page = int.TryParse(query["page"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var page) && page is > 0 and <= 1_000_000 ? page : 1,
    };

    public static string Of(CheckQuery query)
    {
        var parts = new List<string>();
        if (query.Conclusion is { } conclusion) parts.Add($"conclusion={Word(conclusion)}");
        if (query.Status is { } status) parts.Add($"status={Word(status)}");
        if (query.Repository is { } repository) parts.Add($"repository={Uri.EscapeDataString(repository)}");
        if (query.Search is { } search) parts.Add($"search={Uri.EscapeDataString(search)}");
        if (query.Page > 1) parts.Add(FormattableString.Invariant($"page={query.Page}"));
        return parts.Count == 0 ? ChecksWeb.Path : $"{ChecksWeb.Path}?{string.Join('&', parts)}";
    }

    public static string Word(CheckConclusion conclusion) => conclusion == CheckConclusion.Failure ? "failure" : "success";

    public static string Word(CheckStatus status) => status == CheckStatus.Pending ? "pending" : "approved";

    /// <summary>Page of one check.</summary>
    public static string Of(CheckKey key) => $"{ChecksWeb.Path}/{string.Join('/', key.ToString().Split('/').Select(Uri.EscapeDataString))}";

    /// <summary>A place to go back to, when it is one of ours; else the list.</summary>
    public static string Local(string? address) => address is not null && address.Length <= 2000
        && (address == ChecksWeb.Path || address.StartsWith(ChecksWeb.Path + "/", StringComparison.Ordinal) || address.StartsWith(ChecksWeb.Path + "?", StringComparison.Ordinal))
        && !address.Any(character => character is '\\' or <= ' ' or >= '\x7f')
        ? address : ChecksWeb.Path;

    private static string? Text(string text) => text.Trim() is { Length: > 0 and <= LongestText } some ? some : null;
}
