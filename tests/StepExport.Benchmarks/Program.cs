using BenchmarkDotNet.Running;
using StepExport.Benchmarks;
using StepExport.Benchmarks.Receivers;

switch (args)
{
    case ["pipeline", .. var options]:
        return await PipelineBenchmark.RunAsync(PipelineOptions.Parse(options));

    case ["receiver", var kind]:
        return await ReceiverProcess.ServeAsync(kind);

    case ["micro", .. var filter]:
        BenchmarkSwitcher.FromAssembly(typeof(PipelineBenchmark).Assembly).Run(filter is [] ? ["--filter", "*", "--job", "short"] : filter);
        return 0;

    default:
        Console.Error.WriteLine("""
            usage: StepExport.Benchmarks pipeline [--events N] [--sinks "hec hec,kafka,s3 …"] [--program PATH]
                   StepExport.Benchmarks receiver hec|kafka|s3
                   StepExport.Benchmarks micro [BenchmarkDotNet options]
            """);
        return 64;
}
