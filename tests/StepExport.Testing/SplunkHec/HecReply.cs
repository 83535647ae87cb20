using System.Text.Json;
using System.Text.Json.Nodes;

namespace StepExport.Testing.SplunkHec;

/// <summary>An answer, or the absence of one.</summary>
internal sealed record HecReply(int Status, int? Code = null, string Text = "")
{
    /// <summary><c>invalid-event-number</c>.</summary>
    public int? InvalidEvent { get; init; }

    /// <summary><c>ackId</c>.</summary>
    public long? AckId { get; init; }

    /// <summary>The body of an answer to a poll: acknowledged or not, by ack id.</summary>
    public IReadOnlyDictionary<long, bool>? Acks { get; init; }

    /// <summary>The header, as it stands: seconds or a date.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>Location header of a redirect.</summary>
    public string? Location { get; init; }

    /// <summary>The sender's session moves to another indexer before this is answered, with another cookie.</summary>
    public bool MovesSession { get; init; }

    /// <summary>Body instead of Splunk's JSON.</summary>
    public string? Page { get; init; }

    /// <summary>The request is obeyed before this is answered: events are accepted, acknowledgements forgotten, and unless this
    /// says 200 the sender learns nothing of it.</summary>
    public bool IndexFirst { get; init; }

    /// <summary>The connection is cut instead of an answer.</summary>
    public bool Cut { get; init; }

    /// <summary>The answer waits for this.</summary>
    public Task Until { get; init; } = Task.CompletedTask;

    public static HecReply Success { get; } = new(200, 0, "Success");

    public static HecReply Busy { get; } = new(503, 9, "Server is busy");

    /// <summary>Accepted, with the hint to slow down.</summary>
    public static HecReply NearlyFull { get; } = new(200, 24, "Queue at capacity") { IndexFirst = true };

    /// <summary>Indexed, and answered with an error all the same.</summary>
    public static HecReply Ambiguous { get; } = new(500, 8, "Internal server error") { IndexFirst = true };

    /// <summary>Connection cut after the body was read; nothing is indexed.</summary>
    public static HecReply CutOff { get; } = new(0) { Cut = true };

    /// <summary>No answer until the sender gives up.</summary>
    public static HecReply Held { get; } = new(0) { Cut = true, Until = new TaskCompletionSource().Task };

    /// <summary>As usual, but from another indexer, which sets a cookie of its own.</summary>
    public static HecReply Moved { get; } = Success with { IndexFirst = true, MovesSession = true };

    /// <summary>A proxy's page.</summary>
    public static HecReply Html(int status) => new(status) { Page = "<html><head><title>Gateway</title></head></html>" };

    /// <summary>What Splunk says with one of its codes.</summary>
    public static HecReply Of(int code) => HecCodes.Reply(code);

    public string Body()
    {
        if (Page is not null) return Page;
        if (Acks is not null) return new JsonObject { ["acks"] = new JsonObject(Acks.Select(a => KeyValuePair.Create($"{a.Key}", (JsonNode?)a.Value))) }.ToJsonString();
        if (Code is null) return "";
        var body = new JsonObject { ["text"] = Text, ["code"] = Code };
        if (AckId is { } id) body["ackId"] = id;
        if (InvalidEvent is { } n) body["invalid-event-number"] = n;
        return body.ToJsonString(JsonSerializerOptions.Web);
    }
}
