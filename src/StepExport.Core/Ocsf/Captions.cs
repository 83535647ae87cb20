using StepExport.Core.Model;

namespace StepExport.Core.Ocsf;

/// <summary>Enumeration values with their captions, as fragments that are copied into the event.</summary>
internal static class Captions
{
    /// <summary>Detection Finding: Create, Update (suppressed), Close (resolved).</summary>
    public static ReadOnlySpan<byte> Activity(FindingStatus status) => status switch
    {
        FindingStatus.Suppressed => """
            "activity_id":2,"activity_name":"Update","category_uid":2,"category_name":"Findings","class_uid":2004,"class_name":"Detection Finding","type_uid":200402,"type_name":"Detection Finding: Update"
            """u8,
        FindingStatus.Resolved => """
            "activity_id":3,"activity_name":"Close","category_uid":2,"category_name":"Findings","class_uid":2004,"class_name":"Detection Finding","type_uid":200403,"type_name":"Detection Finding: Close"
            """u8,
        _ => """
            "activity_id":1,"activity_name":"Create","category_uid":2,"category_name":"Findings","class_uid":2004,"class_name":"Detection Finding","type_uid":200401,"type_name":"Detection Finding: Create"
            """u8,
    };

    public static ReadOnlySpan<byte> Status(FindingStatus status) => status switch
    {
        FindingStatus.Suppressed => """
            "status_id":3,"status":"Suppressed"
            """u8,
        FindingStatus.Resolved => """
            "status_id":4,"status":"Resolved"
            """u8,
        _ => """
            "status_id":1,"status":"New"
            """u8,
    };

    public static ReadOnlySpan<byte> OfSeverity(Severity severity) => severity switch
    {
        Severity.Informational => """
            "severity_id":1,"severity":"Informational"
            """u8,
        Severity.Low => """
            "severity_id":2,"severity":"Low"
            """u8,
        Severity.Medium => """
            "severity_id":3,"severity":"Medium"
            """u8,
        Severity.High => """
            "severity_id":4,"severity":"High"
            """u8,
        Severity.Critical => """
            "severity_id":5,"severity":"Critical"
            """u8,
        Severity.Fatal => """
            "severity_id":6,"severity":"Fatal"
            """u8,
        _ => """
            "severity_id":0,"severity":"Unknown"
            """u8,
    };

    public static ReadOnlySpan<byte> OfConfidence(Confidence confidence) => confidence switch
    {
        Confidence.High => """
            "confidence_id":3,"confidence":"High"
            """u8,
        Confidence.Medium => """
            "confidence_id":2,"confidence":"Medium"
            """u8,
        _ => """
            "confidence_id":1,"confidence":"Low"
            """u8,
    };

    public static ReadOnlySpan<byte> Action(bool denied) => denied
        ? """
            "action_id":2,"action":"Denied","disposition_id":2,"disposition":"Blocked"
            """u8
        : """
            "action_id":3,"action":"Observed","disposition_id":15,"disposition":"Detected"
            """u8;

    public static ReadOnlySpan<byte> OfAnalytic(AnalyticKind kind) => kind switch
    {
        AnalyticKind.Rule => """
            "type_id":1,"type":"Rule"
            """u8,
        AnalyticKind.Behavioral => """
            "type_id":2,"type":"Behavioral"
            """u8,
        AnalyticKind.RegularExpressions => """
            "type_id":8,"type":"Regular Expressions"
            """u8,
        _ => """
            "type_id":0,"type":"Unknown"
            """u8,
    };
}

/// <summary>OCSF <c>confidence_id</c>.</summary>
internal enum Confidence
{
    Low = 1,
    Medium = 2,
    High = 3,
}

/// <summary>OCSF <c>analytic.type_id</c>.</summary>
internal enum AnalyticKind
{
    Unknown = 0,
    Rule = 1,
    Behavioral = 2,
    RegularExpressions = 8,
}
