using StepExport;
using StepExport.Cli;

return await CommandLine.RunAsync(args, new(Composition.Factories, Console.Out, Console.Error, TimeProvider.System));
