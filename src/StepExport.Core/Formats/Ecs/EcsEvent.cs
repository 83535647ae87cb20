using System.Buffers;

namespace StepExport.Core.Formats.Ecs;

/// <summary>A finding in the Elastic Common Schema 8.17. What ECS has no field for stands under <c>stepsecurity</c>.</summary>
internal static class EcsEvent
{
    private static readonly FormatField[] Fields =
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
            FormatField.Constant("kind", "alert"),
            FormatField.Of("category", EcsCategory.WriteCategory),
            FormatField.Of("type", EcsCategory.WriteType),
            FormatField.When("outcome", "failure", Part.Denied),
            FormatField.Of("action", EcsValues.WriteAction, Part.Type),
            FormatField.Copy("code", Part.Type),
            FormatField.Copy("id", Part.Uid),
            FormatField.Copy("severity", Part.SeverityId),
            FormatField.Of("risk_score", EcsValues.WriteRisk, Part.SeverityId),
            FormatField.Copy("reason", Part.Description),
            FormatField.Copy("url", Part.SourceUrl),
            FormatField.Constant("module", "stepsecurity"),
            FormatField.Constant("dataset", "stepsecurity.detection"),
            FormatField.Constant("provider", "Harden-Runner"),
            FormatField.Date("start", Part.StartTime),
            FormatField.Date("end", Part.EndTime),
            FormatField.Copy("original", Part.RawData)),
        FormatField.Object(
            "rule",
            FormatField.Copy("id", Part.Type),
            FormatField.Copy("name", Part.Title),
            FormatField.Copy("category", Part.Family),
            FormatField.Copy("ruleset", Part.Feature),
            FormatField.Constant("reference", "https://docs.stepsecurity.io/workspace/detections")),
        FormatField.Object(
            "observer",
            FormatField.Constant("vendor", "StepSecurity"),
            FormatField.Constant("product", "Harden-Runner"),
            FormatField.Constant("type", "edr")),
        FormatField.Of("threat", EcsThreat.Write),
        FormatField.Object("organization", FormatField.Copy("name", Part.Owner)),
        FormatField.Object(
            "orchestrator",
            FormatField.When("type", "github-actions", Part.Repository, Part.Owner, Part.Job, Part.JobId),
            FormatField.Copy("organization", Part.Owner),
            FormatField.Copy("namespace", Part.Repository),
            FormatField.Object(
                "resource",
                FormatField.When("type", "job", Part.Job, Part.JobId),
                FormatField.Copy("id", Part.JobId),
                FormatField.Copy("name", Part.Job))),
        .. EcsEvidence.Fields,
        FormatField.Of("related", EcsRelated.Write),
        FormatField.Copy("tags", Part.Types),
        FormatField.Of("labels", EcsOwn.WriteLabels),
        FormatField.Of("stepsecurity", EcsOwn.Write),
    ];

    public static ReadOnlySpan<byte> Write(ReadOnlySpan<byte> body, ArrayBufferWriter<byte> scratch) => FindingEvent.Write(body, Fields, EcsCheck.Fields, scratch);
}
