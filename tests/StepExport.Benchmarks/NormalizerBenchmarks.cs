using System.Buffers;
using BenchmarkDotNet.Attributes;
using StepExport.Core.Formats;
using StepExport.Core.Normalization;
using StepExport.Core.Ocsf;

namespace StepExport.Benchmarks;

/// <summary>One round over the sample detections, per operation.</summary>
[MemoryDiagnoser]
public class NormalizerBenchmarks
{
    private const int Samples = 14;

    private readonly Normalizer _normalizer = new(new NormalizationSettings());
    private readonly Normalizer _withoutRedaction = new(new NormalizationSettings { Redact = false });
    private readonly NormalizedDetection _output = new();
    private readonly RecordFormat _oldest = new(OcsfVersion.V1_1_0);
    private readonly ArrayBufferWriter<byte> _scratch = new(16 * 1024);
    private byte[][] _detections = [];

    [GlobalSetup]
    public void ReadSamples() => _detections = SampleDetections.Read();

    [Benchmark(OperationsPerInvoke = Samples)]
    public int Normalize() => Run(_normalizer);

    [Benchmark(OperationsPerInvoke = Samples)]
    public int NormalizeWithoutRedaction() => Run(_withoutRedaction);

    [Benchmark(OperationsPerInvoke = Samples)]
    public int NormalizeAndRenderOldestVersion()
    {
        var length = 0;
        foreach (var detection in _detections)
        {
            _normalizer.Normalize(detection, 0, _output);
            length += _oldest.Render(_output.Body.WrittenSpan, _scratch).Length;
        }

        return length;
    }

    private int Run(Normalizer normalizer)
    {
        var length = 0;
        foreach (var detection in _detections)
        {
            normalizer.Normalize(detection, 0, _output);
            length += _output.Body.WrittenCount;
        }

        return length;
    }
}
