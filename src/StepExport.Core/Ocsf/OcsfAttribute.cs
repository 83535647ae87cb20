namespace StepExport.Core.Ocsf;

/// <summary>Where an attribute of the mapping's output stands in the history of OCSF.</summary>
/// <param name="Owner">The object that has it.</param>
/// <param name="Name">Its name.</param>
/// <param name="Since">First of the supported versions that knows it.</param>
/// <param name="Shape">What its value is.</param>
internal sealed record OcsfAttribute(OcsfShape Owner, string Name, OcsfVersion Since, OcsfShape Shape)
{
    /// <summary>Every attribute that came after 1.1.0, and the way to it. What is not listed has always been there.</summary>
    public static IReadOnlyList<OcsfAttribute> All { get; } =
    [
        new(OcsfShape.Event, "metadata", OcsfVersion.V1_1_0, OcsfShape.Metadata),
        new(OcsfShape.Event, "finding_info", OcsfVersion.V1_1_0, OcsfShape.FindingInfo),
        new(OcsfShape.Event, "evidences", OcsfVersion.V1_1_0, OcsfShape.Evidence),
        new(OcsfShape.Event, "resources", OcsfVersion.V1_1_0, OcsfShape.Resource),
        new(OcsfShape.Event, "observables", OcsfVersion.V1_1_0, OcsfShape.Observable),
        new(OcsfShape.Event, "unmapped", OcsfVersion.V1_1_0, OcsfShape.Json),
        new(OcsfShape.Event, "policy", OcsfVersion.V1_5_0, OcsfShape.Policy),
        new(OcsfShape.Event, "anomaly_analyses", OcsfVersion.V1_5_0, OcsfShape.Plain),
        new(OcsfShape.Event, "is_alert", OcsfVersion.V1_5_0, OcsfShape.Plain),
        // Before, the class has a device only with the profile `host`; the job's id is among the resources as well.
        new(OcsfShape.Event, "device", OcsfVersion.V1_5_0, OcsfShape.Plain),
        new(OcsfShape.Metadata, "log_format", OcsfVersion.V1_8_0, OcsfShape.Plain),
        new(OcsfShape.Metadata, "original_event_uid", OcsfVersion.V1_8_0, OcsfShape.Plain),
        new(OcsfShape.FindingInfo, "analytic", OcsfVersion.V1_1_0, OcsfShape.Analytic),
        new(OcsfShape.FindingInfo, "uid_alt", OcsfVersion.V1_5_0, OcsfShape.Plain),
        new(OcsfShape.FindingInfo, "tags", OcsfVersion.V1_5_0, OcsfShape.Plain),
        new(OcsfShape.Evidence, "name", OcsfVersion.V1_5_0, OcsfShape.Plain),
        new(OcsfShape.Evidence, "resources", OcsfVersion.V1_5_0, OcsfShape.Resource),
        new(OcsfShape.Evidence, "http_request", OcsfVersion.V1_5_0, OcsfShape.HttpRequest),
        new(OcsfShape.Evidence, "url", OcsfVersion.V1_3_0, OcsfShape.Url),
        new(OcsfShape.Evidence, "container", OcsfVersion.V1_3_0, OcsfShape.Plain),
        new(OcsfShape.Evidence, "data", OcsfVersion.V1_1_0, OcsfShape.Json),
        new(OcsfShape.Evidence, "process", OcsfVersion.V1_1_0, OcsfShape.Process),
        new(OcsfShape.Evidence, "file", OcsfVersion.V1_1_0, OcsfShape.File),
        new(OcsfShape.Evidence, "dst_endpoint", OcsfVersion.V1_1_0, OcsfShape.Endpoint),
        new(OcsfShape.Evidence, "query", OcsfVersion.V1_1_0, OcsfShape.Query),
        new(OcsfShape.Process, "file", OcsfVersion.V1_1_0, OcsfShape.File),
        new(OcsfShape.Process, "working_directory", OcsfVersion.V1_5_0, OcsfShape.Plain),
        new(OcsfShape.Process, "path", OcsfVersion.V1_5_0, OcsfShape.Plain),
        new(OcsfShape.Resource, "data", OcsfVersion.V1_1_0, OcsfShape.Json),
        new(OcsfShape.Resource, "uid_alt", OcsfVersion.V1_5_0, OcsfShape.Plain),
        new(OcsfShape.Resource, "data_classifications", OcsfVersion.V1_5_0, OcsfShape.Plain),
        new(OcsfShape.Resource, "role_id", OcsfVersion.V1_6_0, OcsfShape.Plain),
        new(OcsfShape.Resource, "role", OcsfVersion.V1_6_0, OcsfShape.Plain),
        new(OcsfShape.Policy, "type", OcsfVersion.V1_6_0, OcsfShape.Plain),
        new(OcsfShape.ComplianceFinding, "metadata", OcsfVersion.V1_1_0, OcsfShape.Metadata),
        new(OcsfShape.ComplianceFinding, "finding_info", OcsfVersion.V1_1_0, OcsfShape.FindingInfo),
        new(OcsfShape.ComplianceFinding, "compliance", OcsfVersion.V1_1_0, OcsfShape.Compliance),
        new(OcsfShape.ComplianceFinding, "resources", OcsfVersion.V1_3_0, OcsfShape.Resource),
        new(OcsfShape.ComplianceFinding, "observables", OcsfVersion.V1_1_0, OcsfShape.Observable),
        new(OcsfShape.Compliance, "status_details", OcsfVersion.V1_5_0, OcsfShape.Plain),
        new(OcsfShape.EntityManagement, "metadata", OcsfVersion.V1_1_0, OcsfShape.Metadata),
        new(OcsfShape.EntityManagement, "entity", OcsfVersion.V1_1_0, OcsfShape.Entity),
        new(OcsfShape.EntityManagement, "observables", OcsfVersion.V1_1_0, OcsfShape.Observable),
        new(OcsfShape.Entity, "type_id", OcsfVersion.V1_3_0, OcsfShape.Plain),
        new(OcsfShape.Entity, "data", OcsfVersion.V1_1_0, OcsfShape.Json),
    ];
}
