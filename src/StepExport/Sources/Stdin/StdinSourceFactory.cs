using StepExport.Configuration;
using StepExport.Core.Ingest;

namespace StepExport.Sources.Stdin;

/// <summary>Makes sources of type <c>stdin</c>.</summary>
internal sealed class StdinSourceFactory() : SourceFactory<StdinSourceConfig>("stdin")
{
    public override void Validate(StdinSourceConfig config, ConfigProblems problems)
    {
    }

    public override ISource Create(string name, StdinSourceConfig config, SourceContext context) =>
        new StdinSource(System.Console.OpenStandardInput(), (int)config.MaxEventSize.Bytes, context.Time);
}
