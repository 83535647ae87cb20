using System.Globalization;
using BenchmarkDotNet.Running;
using StepExport.Benchmarks;

switch (args)
{
    case ["pipeline", .. var options]:
        return await PipelineBenchmark.RunAsync(PipelineOptions.Parse(options));

    case ["receiver", var port]:
        using (var stop = new CancellationTokenSource())
        {
            Console.CancelKeyPress += (_, e) => { e.Cancel = true; stop.Cancel(); };
            await CheapHecReceiver.RunAsync(int.Parse(port, CultureInfo.InvariantCulture), stop.Token);
        }

        return 0;

    case ["micro", .. var filter]:
        BenchmarkSwitcher.FromAssembly(typeof(PipelineBenchmark).Assembly).Run(filter is [] ? ["--filter", "*", "--job", "short"] : filter);
        return 0;

    default:
        Console.Error.WriteLine("""
            usage: StepExport.Benchmarks pipeline [--events N] [--keep] [--program PATH]
                   StepExport.Benchmarks receiver PORT
                   StepExport.Benchmarks micro [BenchmarkDotNet options]
            """);
        return 64;
}
