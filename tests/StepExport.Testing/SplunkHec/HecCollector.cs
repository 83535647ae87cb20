using System.IO.Compression;

namespace StepExport.Testing.SplunkHec;

/// <summary>Splunk's side of the event endpoint: who may send, what is indexed, what is answered. No HTTP in here.</summary>
internal sealed class HecCollector(HecServerOptions options, HecScript script)
{
    private readonly Lock _lock = new();

    /// <summary>The token that is accepted now.</summary>
    public string Token { get; set; } = options.Token;

    public bool TokenDisabled { get; set; }

    public HecReply Answer(HecReceived request)
    {
        var isHealth = request.Path == "/services/collector/health";
        if (isHealth && request.Method == "GET") return new(200, 17, "HEC is healthy");
        if (request.Path is not ("/services/collector" or "/services/collector/event")) return new(404) { Page = "" };
        if (request.Method != "POST") return new(405) { Page = "" };
        return RefuseSender(request) ?? RefuseBody(request) ?? Index(Plain(request));
    }

    private HecReply? RefuseSender(HecReceived request)
    {
        if (request.Authorization.Length == 0) return new(401, 2, "Token is required");
        if (!request.Authorization.StartsWith("Splunk ", StringComparison.Ordinal)) return new(401, 3, "Invalid authorization");
        if (request.Authorization["Splunk ".Length..] != Token) return new(403, 4, "Invalid token");
        if (TokenDisabled) return new(403, 1, "Token disabled");
        if (request.Channel.Length == 0) return new(400, 10, "Data channel is missing");
        return Guid.TryParse(request.Channel, out _) ? null : new(400, 11, "Invalid data channel");
    }

    private HecReply? RefuseBody(HecReceived request)
    {
        if (request.Encoding is not ("" or "gzip")) return new(415) { Page = "" };
        return request.Wire.Length > options.MaxWireBytes ? new HecReply(413) { Page = "" } : null;
    }

    private HecReply Index(byte[] body)
    {
        if (body.Length > options.MaxPlainBytes) return new(400, 6, "Invalid data format") { InvalidEvent = 0 };
        var (events, broken) = HecEvent.ReadAll(body);
        if (events.Count == 0 && !broken) return new(400, 5, "No data");
        // One request after the other, so that the order in the index is the order of the answers.
        lock (_lock)
        {
            for (var i = 0; i < events.Count; i++)
            {
                if (events[i].HasUnknownKey) return HecReply.Success;
                if ((events[i].Refusal() ?? script.RefusalOf(events[i])) is { } code)
                    return new(400, code, Words(code)) { InvalidEvent = code == 7 ? i + 1 : i };
                options.Index.Add(events[i]);
            }
        }

        return broken ? new(400, 6, Words(6)) { InvalidEvent = events.Count } : HecReply.Success;
    }

    private static byte[] Plain(HecReceived request)
    {
        if (request.Encoding != "gzip") return request.Wire;
        using var plain = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(request.Wire), CompressionMode.Decompress)) gzip.CopyTo(plain);
        return plain.ToArray();
    }

    private static string Words(int code) => code switch
    {
        6 => "Invalid data format",
        7 => "Incorrect index",
        12 => "Event field is required",
        13 => "Event field cannot be blank",
        15 => "Error in handling indexed fields",
        _ => "Refused",
    };
}
