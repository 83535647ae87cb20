using StepExport.Configuration;

namespace StepExport.Cli;

/// <summary>What every verb works with.</summary>
/// <param name="Factories">The kinds of source and sink there are.</param>
/// <param name="Output">For results.</param>
/// <param name="Error">For errors, warnings and progress.</param>
/// <param name="Time">The clock.</param>
internal sealed record CliContext(ComponentFactories Factories, TextWriter Output, TextWriter Error, TimeProvider Time);
