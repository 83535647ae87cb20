using System.Globalization;
using StepExport.Testing;

namespace StepExport.Benchmarks;

/// <summary>What <c>pipeline</c> measures.</summary>
/// <param name="Events">Detections sent through the program.</param>
/// <param name="ProgramPath">The program under test.</param>
internal sealed record PipelineOptions(int Events, string ProgramPath)
{
    public static PipelineOptions Parse(string[] args)
    {
        var options = new PipelineOptions(500_000, RepositoryRoot.Combine("artifacts", "bin", "StepExport", "release", "stepexport"));
        for (var i = 0; i + 1 < args.Length; i += 2)
        {
            options = args[i] switch
            {
                "--events" => options with { Events = int.Parse(args[i + 1], NumberStyles.AllowThousands, CultureInfo.InvariantCulture) },
                "--program" => options with { ProgramPath = args[i + 1] },
                _ => throw new ArgumentException($"unknown option {args[i]}"),
            };
        }

        return options;
    }
}
