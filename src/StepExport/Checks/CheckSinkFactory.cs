using StepExport.Configuration;
using StepExport.Core.Checks;
using StepExport.Core.Delivery;

namespace StepExport.Checks;

/// <summary>Makes the one sink of type <c>checks</c>.</summary>
/// <param name="store">Outlives the sink.</param>
internal sealed class CheckSinkFactory(CheckStore store) : SinkFactory<CheckSinkConfig>("checks")
{
    public override void Validate(CheckSinkConfig config, ConfigProblems problems)
    {
    }

    public override ISink Create(string name, CheckSinkConfig config, SinkContext context) => new CheckSink(store, context.Metrics);
}
