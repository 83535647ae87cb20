namespace StepExport.Core.Checks.Records;

/// <summary>Who came which way, in words.</summary>
internal static class People
{
    public static string Name(CheckEvent happened) => RecordText.Line(happened.Login, RecordText.LongestName) is { Length: > 0 } name ? name : "unknown";

    public static string Way(CheckEvent happened) => happened.Via switch
    {
        ApprovalVia.Page => "on the review page",
        ApprovalVia.GitHub => "on GitHub",
        ApprovalVia.Api => "through the API",
        _ => $"via {RecordText.Line(happened.Via, RecordText.LongestName)}",
    };
}
