using System.Globalization;
using StepExport.Testing;

namespace StepExport.Benchmarks;

/// <summary>What <c>pipeline</c> measures.</summary>
/// <param name="Events">Detections sent through the program in each run.</param>
/// <param name="SinkSets">One run each: the sinks that are configured together, e.g. <c>hec,kafka,s3</c>.</param>
/// <param name="ProgramPath">The program under test.</param>
internal sealed record PipelineOptions(int Events, IReadOnlyList<string> SinkSets, string ProgramPath)
{
    public static PipelineOptions Parse(string[] args)
    {
        var options = new PipelineOptions(500_000, ["hec"], RepositoryRoot.Combine("artifacts", "bin", "StepExport", "release", "stepexport"));
        for (var i = 0; i + 1 < args.Length; i += 2)
        {
            options = args[i] switch
            {
                "--events" => options with { Events = int.Parse(args[i + 1], NumberStyles.AllowThousands, CultureInfo.InvariantCulture) },
                "--sinks" => options with { SinkSets = args[i + 1].Split(' ', StringSplitOptions.RemoveEmptyEntries) },
                "--program" => options with { ProgramPath = args[i + 1] },
                _ => throw new ArgumentException($"unknown option {args[i]}"),
            };
        }

        return options;
    }
}
