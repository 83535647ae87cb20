using StepExport.Core.Ocsf;

namespace StepExport.Core.Formats.Ecs;

/// <summary>What is said about checks, in the Elastic Common Schema: a result is the state of a run, an approval an event with a user. Categories as
/// Elastic's own posture findings have them.</summary>
internal static class EcsCheck
{
    public static FormatField[] Fields { get; } =
    [
        FormatField.Date("@timestamp", Part.Time),
        FormatField.Object("ecs", FormatField.Constant("version", "8.17.0")),
        FormatField.Object(
            "data_stream",
            FormatField.Constant("type", "logs"),
            FormatField.Constant("dataset", "stepsecurity.detection"),
            FormatField.Constant("namespace", "default")),
        FormatField.Copy("message", Part.Message),
        FormatField.Object(
            "event",
            FormatField.Of("kind", (w, name, in found) => w.Plain(name, IsApproval(found) ? "event"u8 : "state"u8)),
            FormatField.Of("category", (w, name, in _) => w.Raw(name, """["configuration"]"""u8)),
            FormatField.Of("type", (w, name, in found) => w.Raw(name, IsApproval(found) ? """["change"]"""u8 : """["info"]"""u8)),
            FormatField.Of("outcome", (w, name, in found) => w.Plain(name, Succeeded(found) ? "success"u8 : "failure"u8)),
            FormatField.Of("action", EcsValues.WriteAction, Part.Type),
            FormatField.Copy("code", Part.Type),
            FormatField.Copy("id", Part.Uid),
            FormatField.Copy("severity", Part.SeverityId),
            FormatField.Of("risk_score", EcsValues.WriteRisk, Part.SeverityId),
            FormatField.Copy("reason", Part.StatusDetail),
            FormatField.Copy("url", Part.SourceUrl),
            FormatField.Constant("module", "stepsecurity"),
            FormatField.Constant("dataset", "stepsecurity.detection"),
            FormatField.Constant("provider", "StepExport")),
        FormatField.Object("user", FormatField.Copy("name", Part.User)),
        FormatField.Object(
            "rule",
            FormatField.Copy("id", Part.Type),
            FormatField.Of("name", WriteRule),
            FormatField.Copy("category", Part.Family)),
        FormatField.Object("observer", FormatField.Constant("vendor", "StepExport"), FormatField.Constant("product", "StepExport")),
        FormatField.Object("organization", FormatField.Copy("name", Part.Owner)),
        FormatField.Object(
            "orchestrator",
            FormatField.Constant("type", "github-actions"),
            FormatField.Copy("organization", Part.Owner),
            FormatField.Copy("namespace", Part.Repository)),
        FormatField.Of("related", WriteRelated, Part.User),
        FormatField.Copy("tags", Part.Types),
        FormatField.Of("labels", EcsOwn.WriteLabels),
        FormatField.Of("stepsecurity", EcsOwn.Write),
    ];

    private static bool IsApproval(in FindingView found) => found.Json(Part.Class).SequenceEqual("3004"u8);

    private static bool Succeeded(in FindingView found) =>
        IsApproval(found) ? found.Text(Part.Status).SequenceEqual("Success"u8) : found.Text(Part.ComplianceStatus).SequenceEqual("Pass"u8);

    private static void WriteRule(OcsfWriter w, ReadOnlySpan<byte> name, in FindingView found)
    {
        if (found.Has(Part.Title)) w.Raw(name, found.Json(Part.Title));
        else w.Plain(name, "Approval of a workflow run"u8);
    }

    private static void WriteRelated(OcsfWriter w, ReadOnlySpan<byte> name, in FindingView found)
    {
        w.Object(name);
        w.Array("user"u8);
        w.Raw(found.Json(Part.User));
        w.EndArray();
        w.EndObject();
    }
}
