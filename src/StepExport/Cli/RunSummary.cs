using System.Globalization;
using System.Text;
using StepExport.Core.Telemetry;

namespace StepExport.Cli;

/// <summary>What a finished run has done, for a person: a line per source and sink.</summary>
internal static class RunSummary
{
    public static string Of(ExportGraph graph)
    {
        var (sources, sinks) = (graph.Lineup.Sources, graph.Lineup.Sinks);
        var width = sources.Select(s => s.Name.Length).Concat(sinks.Select(s => s.Name.Length)).Max();
        var text = new StringBuilder("\n");
        foreach (var line in sources)
        {
            Line(text, "read", line.Name, $"{Number(line.Metrics.Received)} detections from {line.Section.Config.Origin}",
            [
                ("had been read before", line.Metrics.Deduplicated),
                ("bad, to the dead letters", line.Metrics.Rejected),
            ]);
        }

        var journal = graph.Status.Journal();
        foreach (var line in sinks)
        {
            Line(text, "delivered", line.Name, $"{Number(line.Metrics.Delivered)} findings to {line.Section.Config.Destination}",
            [
                ("filtered out", line.Metrics.Filtered),
                ("refused, to the dead letters", line.Metrics.Rejected),
                ("left for the next start", StatusSource.Lag(line.Metrics, journal)),
            ]);
        }

        return text.ToString();

        void Line(StringBuilder to, string verb, string name, string what, (string Text, long Count)[] rest)
        {
            to.Append(CultureInfo.InvariantCulture, $"{verb,-9}  {name.PadRight(width)}  {what}");
            foreach (var (words, count) in rest)
            {
                if (count > 0) to.Append(CultureInfo.InvariantCulture, $"; {Number(count)} {words}");
            }

            to.Append('\n');
        }
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
