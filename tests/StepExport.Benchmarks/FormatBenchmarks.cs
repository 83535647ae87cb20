using System.Buffers;
using BenchmarkDotNet.Attributes;
using StepExport.Core.Formats;
using StepExport.Core.Normalization;
using StepExport.Core.Ocsf;

namespace StepExport.Benchmarks;

/// <summary>What a sink pays per event for another format than the journal's, over the sample detections.</summary>
[MemoryDiagnoser]
public class FormatBenchmarks
{
    private const int Samples = 14;

    private readonly ArrayBufferWriter<byte> _scratch = new(64 * 1024);
    private readonly RecordFormat _oldest = new(OcsfVersion.V1_1_0);
    private readonly RecordFormat _ecs = new(OutputFormat.Ecs);
    private readonly RecordFormat _cim = new(OutputFormat.Cim);
    private readonly RecordFormat _raw = new(OutputFormat.Raw);
    private byte[][] _findings = [];
    private byte[][] _withRaw = [];

    [GlobalSetup]
    public void ReadSamples()
    {
        _findings = [.. SampleDetections.Read().Select(detection => Normalize(detection, includeRaw: false))];
        _withRaw = [.. SampleDetections.Read().Select(detection => Normalize(detection, includeRaw: true))];
    }

    [Benchmark(OperationsPerInvoke = Samples)]
    public int OldestOcsf() => Run(_oldest, _findings);

    [Benchmark(OperationsPerInvoke = Samples)]
    public int Ecs() => Run(_ecs, _findings);

    [Benchmark(OperationsPerInvoke = Samples)]
    public int Cim() => Run(_cim, _findings);

    [Benchmark(OperationsPerInvoke = Samples)]
    public int Raw() => Run(_raw, _withRaw);

    private int Run(RecordFormat format, byte[][] findings)
    {
        var length = 0;
        foreach (var finding in findings) length += format.Render(finding, _scratch).Length;
        return length;
    }

    private static byte[] Normalize(byte[] detection, bool includeRaw)
    {
        var output = new NormalizedDetection();
        new Normalizer(new NormalizationSettings { IncludeRaw = includeRaw }).Normalize(detection, 0, output);
        return output.Body.WrittenSpan.ToArray();
    }
}
