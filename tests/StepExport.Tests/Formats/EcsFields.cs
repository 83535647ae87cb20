namespace StepExport.Tests.Formats;

/// <summary>ECS 8.17.0 as far as findings use it: each field's type, and the words that its categorization allows.</summary>
internal static class EcsFields
{
    private static readonly Dictionary<string, string> ByType = new()
    {
        ["date"] = """
            @timestamp event.start event.end process.start
            """,
        ["match_only_text"] = """
            message
            """,
        ["keyword[]"] = """
            tags event.category event.type threat.tactic.id threat.tactic.name threat.technique.id threat.technique.name
            threat.technique.subtechnique.id threat.technique.subtechnique.name process.args container.image.tag
            related.hosts related.hash related.user
            """,
        ["keyword"] = """
            ecs.version event.kind event.outcome event.action event.code event.id event.reason event.url event.module
            event.dataset event.provider event.original rule.id rule.name rule.category rule.ruleset rule.reference
            observer.vendor observer.product observer.type threat.framework organization.name orchestrator.type
            orchestrator.organization orchestrator.namespace orchestrator.resource.type orchestrator.resource.id
            orchestrator.resource.name destination.address destination.domain network.direction dns.question.name
            http.request.method url.scheme url.domain url.query process.name process.executable
            process.working_directory process.hash.sha256 file.name file.path file.directory file.hash.sha256
            container.name container.runtime container.image.name package.name package.version user.name
            """,
        ["constant_keyword"] = """
            data_stream.type data_stream.dataset data_stream.namespace
            """,
        ["long"] = """
            event.severity destination.port url.port process.pid process.parent.pid
            """,
        ["float"] = """
            event.risk_score
            """,
        ["ip"] = """
            destination.ip
            """,
        ["wildcard"] = """
            url.full url.path process.command_line
            """,
        ["boolean"] = """
            container.security_context.privileged
            """,
        ["ip[]"] = """
            related.ip
            """,
    };

    /// <summary>Each field's type; [] says that it holds a list.</summary>
    public static Dictionary<string, string> Types { get; } = ByType
        .SelectMany(type => type.Value.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries), (type, field) => (field, type.Key))
        .ToDictionary(pair => pair.field, pair => pair.Key);

    /// <summary>Allowed categories, each with the types that it expects.</summary>
    public static Dictionary<string, string[]> Categories { get; } = new()
    {
        ["api"] = ["access", "admin", "allowed", "change", "creation", "deletion", "denied", "end", "info", "start", "user"],
        ["authentication"] = ["start", "end", "info"],
        ["configuration"] = ["access", "change", "creation", "deletion", "info"],
        ["database"] = ["access", "change", "info", "error"],
        ["driver"] = ["change", "end", "info", "start"],
        ["email"] = ["info"],
        ["file"] = ["access", "change", "creation", "deletion", "info"],
        ["host"] = ["access", "change", "end", "info", "start"],
        ["iam"] = ["admin", "change", "creation", "deletion", "group", "info", "user"],
        ["intrusion_detection"] = ["allowed", "denied", "info"],
        ["library"] = ["start"],
        ["malware"] = ["info"],
        ["network"] = ["access", "allowed", "connection", "denied", "end", "info", "protocol", "start"],
        ["package"] = ["access", "change", "deletion", "info", "installation", "start"],
        ["process"] = ["access", "change", "end", "info", "start"],
        ["registry"] = ["access", "change", "creation", "deletion"],
        ["session"] = ["start", "end", "info"],
        ["threat"] = ["indicator"],
        ["vulnerability"] = ["info"],
        ["web"] = ["access", "error", "info"],
    };

    public static string[] Kinds { get; } = ["alert", "asset", "enrichment", "event", "metric", "state", "pipeline_error", "signal"];

    public static string[] Outcomes { get; } = ["failure", "success", "unknown"];

    /// <summary>Own field sets beside those of ECS.</summary>
    public static string[] Own { get; } = ["labels", "stepsecurity"];
}
