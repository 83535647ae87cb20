namespace StepExport.Core.Ocsf;

/// <summary>The OCSF objects that the mapping writes, as far as an older version treats an attribute of theirs in another way.</summary>
internal enum OcsfShape
{
    /// <summary>Known since 1.1.0 with all that the mapping puts in; or it lies inside one that is.</summary>
    Plain,

    /// <summary>Free JSON: copied as it stands.</summary>
    Json,

    /// <summary>Detection Finding, and any class that is not named here.</summary>
    Event,
    ComplianceFinding,
    EntityManagement,
    Metadata,
    FindingInfo,
    Analytic,
    Evidence,
    Process,
    File,
    Endpoint,
    Query,
    Url,
    HttpRequest,
    Resource,
    Observable,
    Policy,
    Compliance,
    Entity,
}
