using System.Text;

namespace StepExport.Core.Formats;

/// <summary>The OCSF objects that <see cref="FindingReader"/> looks into.</summary>
internal enum Holder : byte
{
    /// <summary>Not looked into: a value that no format has a field for is kept whole.</summary>
    None,
    Event,
    Metadata,
    Product,
    Feature,
    FindingInfo,
    Analytic,
    Tag,
    Attack,
    Observable,
    Policy,
    Remediation,
    Resource,
    Evidence,
    EvidenceResource,
    Url,
    File,
    Hash,
    Connection,
    Endpoint,
    Query,
    Api,
    HttpRequest,
    Process,
    ProcessFile,
    ParentProcess,
    Container,
    Actor,
    User,
    Compliance,
    Entity,
    EntityData,
}

/// <summary>What becomes of one attribute of the finding.</summary>
/// <param name="Name">As in OCSF.</param>
/// <param name="Value">The value is this part.</param>
/// <param name="Inside">The value is an object like that, or an array of them.</param>
internal sealed record FindingAttribute(string Name, Part? Value = null, Holder Inside = Holder.None)
{
    /// <summary>Attributes by their holder. One without part and inside is told by the others, or is a caption or constant of
    /// OCSF; what is not listed is kept whole.</summary>
    private static readonly Dictionary<Holder, FindingAttribute[]> All = new()
    {
        [Holder.Event] =
        [
            new("time", Part.Time), new("start_time", Part.StartTime), new("end_time", Part.EndTime),
            new("severity_id", Part.SeverityId), new("severity", Part.Severity), new("confidence", Part.Confidence), new("confidence_id"),
            new("status", Part.Status), new("status_id"), new("message", Part.Message), new("action_id", Part.ActionId),
            new("action", Part.Action), new("disposition_id"), new("disposition"), new("is_alert", Part.IsAlert),
            new("raw_data", Part.RawData), new("activity_id"), new("activity_name"), new("category_uid"), new("category_name"),
            new("class_uid", Part.Class), new("class_name"), new("type_uid"), new("type_name"), new("device"),
            new("attacks", Inside: Holder.Attack), new("metadata", Inside: Holder.Metadata), new("finding_info", Inside: Holder.FindingInfo),
            new("evidences", Inside: Holder.Evidence), new("resources", Inside: Holder.Resource), new("observables", Inside: Holder.Observable),
            new("policy", Inside: Holder.Policy), new("remediation", Inside: Holder.Remediation),
            new("status_code", Part.StatusCode), new("status_detail", Part.StatusDetail), new("comment", Part.Comment),
            new("actor", Inside: Holder.Actor), new("compliance", Inside: Holder.Compliance), new("entity", Inside: Holder.Entity),
        ],
        [Holder.Metadata] =
        [
            new("uid", Part.Uid), new("event_code", Part.Type), new("correlation_uid", Part.CorrelationUid),
            new("original_event_uid", Part.OriginalUid), new("original_time", Part.OriginalTime),
            new("tenant_uid", Part.Owner), new("product", Inside: Holder.Product), new("version"), new("profiles"),
            new("log_provider"), new("log_name"), new("log_format"),
        ],
        [Holder.Product] = [new("feature", Inside: Holder.Feature), new("name"), new("vendor_name")],
        [Holder.Feature] = [new("name", Part.Feature)],
        [Holder.FindingInfo] =
        [
            new("uid", Part.FindingUid), new("uid_alt", Part.FindingKey), new("title", Part.Title),
            new("desc", Part.Description), new("src_url", Part.SourceUrl), new("types", Part.Types),
            new("analytic", Inside: Holder.Analytic), new("tags", Inside: Holder.Tag), new("created_time"), new("first_seen_time"),
            new("last_seen_time"), new("data_sources"), new("attacks"),
        ],
        [Holder.Analytic] =
        [
            new("category", Part.Family), new("type", Part.AnalyticType), new("type_id"), new("uid"), new("name"),
        ],
        [Holder.Policy] = [new("name", Part.Policy), new("is_applied"), new("type")],
        [Holder.Remediation] = [new("desc", Part.Remediation)],
        [Holder.Evidence] =
        [
            new("name"), new("url", Inside: Holder.Url), new("file", Inside: Holder.File), new("connection_info", Inside: Holder.Connection),
            new("dst_endpoint", Inside: Holder.Endpoint), new("query", Inside: Holder.Query), new("api", Inside: Holder.Api),
            new("http_request", Inside: Holder.HttpRequest), new("process", Inside: Holder.Process),
            new("container", Inside: Holder.Container), new("resources", Inside: Holder.EvidenceResource),
        ],
        [Holder.Url] =
        [
            new("url_string", Part.Url), new("scheme", Part.UrlScheme), new("hostname", Part.UrlHost),
            new("port", Part.UrlPort), new("path", Part.UrlPath), new("query_string", Part.UrlQuery),
        ],
        [Holder.File] =
        [
            new("name", Part.FileName), new("path", Part.FilePath), new("type_id", Part.FileType), new("type"),
            new("hashes", Inside: Holder.Hash),
        ],
        [Holder.Hash] = [new("value", Part.FileHash), new("algorithm_id"), new("algorithm")],
        [Holder.Connection] = [new("direction", Part.Direction), new("direction_id")],
        [Holder.Endpoint] =
        [
            new("hostname", Part.DestinationHost), new("ip", Part.DestinationIp),
            new("name", Part.DestinationName), new("port", Part.DestinationPort),
        ],
        [Holder.Query] = [new("hostname", Part.Query)],
        [Holder.Api] = [new("operation", Part.ApiOperation)],
        [Holder.HttpRequest] = [new("http_method", Part.HttpMethod)],
        [Holder.Process] =
        [
            new("pid", Part.Pid), new("name", Part.ProcessName), new("cmd_line", Part.CommandLine),
            new("working_directory", Part.WorkingDirectory), new("created_time", Part.ProcessStart),
            new("path", Part.Executable), new("file", Inside: Holder.ProcessFile), new("parent_process", Inside: Holder.ParentProcess),
        ],
        [Holder.ProcessFile] = [new("path", Part.Executable), new("name"), new("type_id"), new("type")],
        [Holder.ParentProcess] = [new("pid", Part.ParentPid)],
        [Holder.Actor] = [new("user", Inside: Holder.User)],
        [Holder.User] = [new("name", Part.User), new("type_id"), new("type")],
        [Holder.Compliance] = [new("status", Part.ComplianceStatus), new("status_id")],
        [Holder.Entity] = [new("uid", Part.Check), new("version", Part.CheckRevision), new("data", Inside: Holder.EntityData), new("name"), new("type_id"), new("type")],
        [Holder.EntityData] =
        [
            new("repository", Part.Repository), new("workflow", Part.Workflow), new("run_id", Part.RunId), new("head_sha", Part.Commit),
            new("head_branch", Part.Branch), new("pull_request", Part.PullRequest), new("via", Part.Via),
        ],
        [Holder.Container] = [new("name", Part.ContainerName), new("runtime", Part.ContainerRuntime), new("image")],
    };

    private static readonly FindingAttribute[][][] ByLength = [.. Enum.GetValues<Holder>().Select(holder => Arrange(All.GetValueOrDefault(holder, [])))];

    private readonly byte[] _utf8 = Encoding.UTF8.GetBytes(Name);

    /// <summary>The attribute of that name, or null.</summary>
    public static FindingAttribute? Find(Holder holder, ReadOnlySpan<byte> name)
    {
        var candidates = ByLength[(int)holder];
        if (name.Length >= candidates.Length) return null;
        foreach (var candidate in candidates[name.Length])
        {
            if (name.SequenceEqual(candidate._utf8)) return candidate;
        }

        return null;
    }

    private static FindingAttribute[][] Arrange(FindingAttribute[] attributes) =>
        [.. Enumerable.Range(0, attributes.Select(a => a._utf8.Length + 1).DefaultIfEmpty().Max()).Select(length => attributes.Where(a => a._utf8.Length == length).ToArray())];
}
