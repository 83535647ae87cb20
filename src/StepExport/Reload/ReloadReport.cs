using System.Text.Json.Serialization;

namespace StepExport.Reload;

/// <summary>What a reload came to; the answer of <c>POST /api/reload</c>.</summary>
/// <param name="Outcome">Refused: everything runs on as it did.</param>
/// <param name="Changes">One line per source and sink, e.g. <c>sink splunk: changed</c>.</param>
/// <param name="Errors">Why it was refused, each with its place in the file where it has one; of one that was applied: what of it could
/// not be, and runs on as it did.</param>
/// <param name="Warnings">What <c>check</c> warns about, too.</param>
internal sealed record ReloadReport(ReloadOutcome Outcome, IReadOnlyList<string> Changes, IReadOnlyList<string> Errors, IReadOnlyList<string> Warnings);

[JsonConverter(typeof(JsonStringEnumConverter<ReloadOutcome>))]
internal enum ReloadOutcome
{
    [JsonStringEnumMemberName("applied")]
    Applied,

    [JsonStringEnumMemberName("unchanged")]
    Unchanged,

    [JsonStringEnumMemberName("refused")]
    Refused,
}
