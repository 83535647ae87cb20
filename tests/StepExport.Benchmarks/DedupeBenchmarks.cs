using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using StepExport.Core.Dedupe;

namespace StepExport.Benchmarks;

/// <summary>What dedupe adds to an event on the writer's thread, with a window that is full: asked, joined to its group, remembered,
/// and its share of what is forgotten for it.</summary>
[MemoryDiagnoser]
public class DedupeBenchmarks
{
    private const int Group = 1_000;
    private const int Groups = 1_000;

    private readonly DedupeKey[] _keys = new DedupeKey[Group];
    private readonly List<int> _seen = [];
    private KeyWindow? _window;
    private HashSet<DedupeKey>? _group;
    private long _now;

    [GlobalSetup]
    public void SetUp()
    {
        _window = new(new() { Path = "" });
        _group = [];
        New();
    }

    /// <summary>All of them new.</summary>
    [Benchmark(OperationsPerInvoke = Group * Groups)]
    public void New()
    {
        for (var group = 0; group < Groups; group++)
        {
            Random();
            _window!.Advance(++_now);
            _group!.Clear();
            foreach (var key in _keys)
            {
                if (_window.Contains(key, out _) || !_group.Add(key)) _seen.Add(0);
            }

            foreach (var key in _keys) _window.Add(key);
        }
    }

    /// <summary>All of them known.</summary>
    [Benchmark(OperationsPerInvoke = Group * Groups)]
    public int Known()
    {
        var known = 0;
        for (var group = 0; group < Groups; group++)
        {
            foreach (var key in _keys)
            {
                if (_window!.Contains(key, out _)) known++;
            }
        }

        return known;
    }

    private void Random() => RandomNumberGenerator.Fill(System.Runtime.InteropServices.MemoryMarshal.AsBytes(_keys.AsSpan()));
}
