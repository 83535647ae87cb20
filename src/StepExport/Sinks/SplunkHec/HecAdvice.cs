using System.Net.Sockets;
using StepExport.Core.Telemetry;
using StepExport.Http;

namespace StepExport.Sinks.SplunkHec;

/// <summary>What an answer to a probe means, and where in Splunk to put it right. Pure.</summary>
internal static class HecAdvice
{
    private const string Inputs = "Settings > Data inputs > HTTP Event Collector";

    /// <summary>There was no answer.</summary>
    public static string NoAnswer(Exception e)
    {
        var words = $"{HttpTrouble.Describe(e).TrimEnd('.')}.";
        return e.GetBaseException() is SocketException { SocketErrorCode: SocketError.ConnectionRefused }
            ? $"{words} Is the collector switched on (in Splunk: {Inputs} > Global Settings > All Tokens: Enabled), and is the port the collector's (8088 unless changed; not 8000 or 8089)?"
            : words;
    }

    /// <summary>The health page answered with a status of 500 or above.</summary>
    public static CheckResult Unwell(in HecResponse answer) => new(false, answer.Code switch
    {
        18 => $"the collector's queues are full ({Said(answer)}): the indexers behind it do not keep up, or none is reachable.",
        19 => $"the collector cannot acknowledge at the moment ({Said(answer)}): look at the indexers behind it.",
        20 => $"the collector's queues are full, and it cannot acknowledge ({Said(answer)}): look at the indexers behind it.",
        23 => $"Splunk is shutting down ({Said(answer)}); ask again when it has started.",
        9 => $"Splunk is busy ({Said(answer)}); ask again in a minute.",
        _ => $"the collector is not healthy, or a load balancer finds none that is ({Said(answer)}).",
    });

    /// <summary>Answer to a request without data: Splunk looks at the token and the channel first, and then misses the data.</summary>
    public static CheckResult Token(in HecResponse answer) => (answer.Status, answer.Code) switch
    {
        (200, 0) or (400, 5 or 6) => new(true, "the collector is up and takes the token"),
        (403, 1) or (400, 22) => new(false, $"the token is disabled ({Said(answer)}); enable it under {Inputs}."),
        (401, 2 or 3) => new(false, $"the token did not arrive as Splunk wants it ({Said(answer)}); does a proxy in between remove or change the Authorization header?"),
        (401 or 403, _) or (400, 21) => new(false, $"the token is refused ({Said(answer)}); compare it with Token Value under {Inputs}."),
        (400, 10 or 11) => new(false, $"the channel did not arrive ({Said(answer)}); does a proxy in between remove the header X-Splunk-Request-Channel?"),
        (407, _) => new(false, $"the proxy wants other credentials ({Said(answer)}); set proxyUser and proxyPassword."),
        (404 or 405 or 415, _) => new(false, $"there is no HTTP Event Collector at this address ({Said(answer)}); is it enabled ({Inputs} > Global Settings), and the port right (8088, not 8000 or 8089)?"),
        (429, 26 or 27) or (503, _) => new(false, $"the token is taken, but Splunk has no room for events now ({Said(answer)}); the sink would wait and try again."),
        ( >= 300 and < 400, _) => new(false, $"the address redirects ({Said(answer)}); name the final one, with https if it asks for it."),
        _ => new(false, $"unexpected answer ({Said(answer)}); does something else than Splunk listen there?"),
    };

    /// <summary>Answer to the question for an id that was never given out.</summary>
    /// <param name="mode">As configured: off, auto or required.</param>
    /// <param name="answer">Of <c>/services/collector/ack</c>.</param>
    public static CheckResult Acknowledgement(string mode, in HecResponse answer) => (answer.Status, answer.Code, mode) switch
    {
        (200, _, "off") => new(true, "the token has indexer acknowledgement enabled, which acknowledgement: off leaves unused; write auto, or Splunk keeps ids that nobody asks for."),
        (200, _, _) => new(true, "indexer acknowledgement is on. If a load balancer stands at this address, it has to keep a client with one indexer (sticky sessions)."),
        (_, _, "off") => new(true, "indexer acknowledgement is off."),
        (400, 14, "required") => new(false, $"indexer acknowledgement is disabled for it ({Said(answer)}), and acknowledgement is required; {Enable}."),
        (400, 14, _) => new(true, $"indexer acknowledgement is disabled for it, so that a 200 counts as delivered; to be safe against a crash of an indexer, {Enable}."),
        (503, _, _) => new(false, $"Splunk cannot acknowledge at the moment ({Said(answer)}); look at the indexers behind the collector."),
        (404 or 405, _, "required") => new(false, $"there is no acknowledgement at this address ({Said(answer)}), and acknowledgement is required; is it Splunk itself, or something that only resembles it?"),
        (404 or 405, _, _) => new(true, $"there is no acknowledgement at this address ({Said(answer)}), so that a 200 counts as delivered."),
        (401 or 403, _, _) => new(false, $"the question for acknowledgements is refused ({Said(answer)}); does a load balancer spread requests over collectors with different tokens?"),
        (400, 10 or 11, _) => new(false, $"the collector does not know the channel of a moment ago ({Said(answer)}); does a load balancer without sticky sessions spread requests over several indexers?"),
        _ => new(mode != "required", $"whether indexer acknowledgement is on cannot be seen ({Said(answer)})."),
    };

    private static string Enable => $"tick Enable indexer acknowledgement under {Inputs} > Edit (useACK = 1 in inputs.conf)";

    private static string Said(in HecResponse answer) =>
        answer.Text.Length == 0 ? HecAnswers.Code(answer) : $"{HecAnswers.Code(answer)}: {answer.Text}";
}
