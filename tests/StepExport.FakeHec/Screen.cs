using System.Globalization;
using System.Text;
using StepExport.Sinks.Console;
using StepExport.Testing.SplunkHec;

namespace StepExport.FakeHec;

/// <summary>What a person sees: a line for every request, below it a line for every event in it, at the end the totals. Thread-safe.</summary>
internal sealed class Screen(TextWriter output, Terminal terminal, HecIndex index, TimeProvider time)
{
    private const string Dim = "\e[2m";
    private const string Red = "\e[31m";
    private const string Green = "\e[32m";
    private const string Yellow = "\e[33m";
    private const string Bold = "\e[1m";
    private const string Reset = "\e[0m";

    private readonly Lock _lock = new();
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly EventLine _eventLine = new(terminal);
    private int _requests;
    private int _events;

    public void Greet(FakeHecServer server, int? faults)
    {
        var text = new StringBuilder();
        text.Append($"{Paint(Bold, $"Splunk HEC, played at {server.Address}")}: acknowledgement {(server.Acknowledgement ? "on" : "off")}, ");
        text.AppendLine(faults is { } seed ? $"random faults from seed {seed.ToString(CultureInfo.InvariantCulture)}, two indexers" : "no faults");
        text.AppendLine("Put this into your configuration:").AppendLine();
        text.AppendLine("sinks:").AppendLine("  splunk:").AppendLine("    type: splunk_hec");
        text.AppendLine($"    endpoints: ['{server.Address}']");
        text.AppendLine($"    token: '{server.Token}'");
        text.AppendLine($"    acknowledgement: {(server.Acknowledgement ? "required" : "off")}").AppendLine();
        text.AppendLine(Paint(Dim, "What arrives is shown below; Ctrl-C ends with the totals.")).AppendLine();
        Write(text);
    }

    /// <summary>Shows a request with its answer and what came in it.</summary>
    public void Show(HecReceived request, HecAnswer answer)
    {
        lock (_lock)
        {
            _requests++;
            _events += answer.Events.Count;
            var text = new StringBuilder();
            var now = time.GetLocalNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture);
            var outcome = Outcome(request, answer);
            text.Append($"{Paint(Dim, now)}  {Name(request)}  {Paint(ColourOf(answer.Reply), Said(answer.Reply))}");
            if (outcome.Length > 0) text.Append("  ").Append(outcome);
            if (answer.Reply.RetryAfter is { } wait) text.Append($", Retry-After {wait}");
            if (answer.SetCookie is { } cookie) text.Append(Paint(Dim, $"  {cookie}"));
            text.AppendLine();
            foreach (var hecEvent in answer.Events)
            {
                _eventLine.Append(text, hecEvent, isCopy: hecEvent.Uid.Length > 0 && !_seen.Add(hecEvent.Uid));
                text.AppendLine();
            }

            Write(text);
        }
    }

    public void Total(HecStorm? storm)
    {
        lock (_lock)
        {
            var text = new StringBuilder().AppendLine();
            text.AppendLine(Paint(Bold, $"{Count(_requests, "request")}, {Count(_events, "event")} accepted: {Number(index.Distinct)} distinct indexed, {Count(index.Duplicates, "duplicate")}"));
            if (index.UnavoidableDuplicates is > 0 and var unavoidable) text.AppendLine($"  {Count(unavoidable, "duplicate")} could not be avoided: the sender was not told of the earlier copy");
            if (index.Duplicates - index.UnavoidableDuplicates is > 0 and var avoidable) text.AppendLine(Paint(Yellow, $"  {Count(avoidable, "duplicate")} sent although the sender was told of the earlier copy, or still could be"));
            if (index.Lost > 0) text.AppendLine($"  {Number(index.Lost)} accepted and lost, never acknowledged");
            if (index.Undecided > 0) text.AppendLine($"  {Number(index.Undecided)} accepted and not indexed yet");
            if (index.AcceptedOnly.Count is > 0 and var missing) text.AppendLine(Paint(Red, $"  {Count(missing, "event")} accepted and not in the index in any copy"));
            if (storm is not null && storm.Counts.Count > 0) text.AppendLine($"  faults: {string.Join(", ", storm.Counts.Select(c => $"{c.Key} {Number(c.Value)}"))}");
            Write(text);
        }
    }

    private static string Name(HecReceived request) => request.Target switch
    {
        HecPath.Event => "event ",
        HecPath.Raw => "raw   ",
        HecPath.Ack => "ack   ",
        HecPath.Health => "health",
        _ => $"{request.Method} {CellText(request.Path)}",
    };

    private static string Said(HecReply reply) => reply switch
    {
        { Cut: true, Until.IsCompleted: false } => "no answer",
        { Cut: true } => "cut off",
        { Code: { } code } => string.Create(CultureInfo.InvariantCulture, $"{reply.Status}/{code}"),
        _ => reply.Status.ToString(CultureInfo.InvariantCulture),
    };

    private static string Outcome(HecReceived request, HecAnswer answer)
    {
        var reply = answer.Reply;
        if (reply.Acks is { } acks)
        {
            var confirmed = acks.Where(a => a.Value).Select(a => a.Key).ToArray();
            return $"{Number(confirmed.Length)} of {Number(acks.Count)} acknowledged{(confirmed.Length == 0 ? "" : ": " + Ids(confirmed))}";
        }

        if (reply.Page is { Length: > 0 }) return "a proxy's page";
        var words = new List<string>();
        if (reply.AckId is { } id) words.Add($"ack {id.ToString(CultureInfo.InvariantCulture)}");
        if (reply.Code is not (null or 0)) words.Add(reply.Text);
        if (reply.InvalidEvent is { } number) words.Add($"at event {number.ToString(CultureInfo.InvariantCulture)}");
        if (answer.Events.Count > 0) words.Add($"{Count(answer.Events.Count, "event")}{(reply.Status == 200 ? "" : " accepted all the same")}");
        if (words.Count == 0 && request.Target == HecPath.Event && reply.Status != 200) words.Add("nothing taken");
        return string.Join(", ", words);
    }

    private static string Ids(long[] ids) => ids.Length <= 8
        ? string.Join(' ', ids)
        : $"{string.Join(' ', ids.Take(7))} … {ids[^1].ToString(CultureInfo.InvariantCulture)}";

    private static string ColourOf(HecReply reply) => reply.Status switch
    {
        200 when reply.Code is null or 0 or 17 => Green,
        200 or 413 or 429 or 503 => Yellow,
        _ => Red,
    };

    private static string CellText(string text)
    {
        var line = new StringBuilder();
        Sinks.Console.CellText.Append(line, text, 40, pad: false);
        return line.ToString();
    }

    private static string Count(int count, string what) => $"{Number(count)} {what}{(count == 1 ? "" : "s")}";

    private static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private string Paint(string colour, string text) => terminal.Colour ? colour + text + Reset : text;

    private void Write(StringBuilder text)
    {
        output.Write(text);
        output.Flush();
    }
}
