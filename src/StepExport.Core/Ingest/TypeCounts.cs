using System.Text;
using StepExport.Core.Telemetry;

namespace StepExport.Core.Ingest;

/// <summary>Counts detections by type without a string per detection. Types come from the payload, so their number is bounded.</summary>
internal sealed class TypeCounts
{
    /// <summary>Types that get a count of their own; the rest share <see cref="Other"/>.</summary>
    public const int MaxTypes = 64;

    public const string Other = "other";

    private readonly List<(byte[] Utf8, string Name)> _types = [];
    private readonly int[] _counts = new int[MaxTypes + 1];
    private int _last;

    public void Add(ReadOnlySpan<byte> type)
    {
        if (_last >= _types.Count || !type.SequenceEqual(_types[_last].Utf8)) _last = IndexOf(type);
        _counts[_last]++;
    }

    /// <summary>Adds the counts to the source's metrics, and starts again from zero.</summary>
    public void MoveTo(SourceMetrics metrics)
    {
        var known = metrics.NormalizedByType;
        // Submissions of one source complete concurrently, and the bound holds for all of them together
        lock (known)
        {
            for (var i = 0; i < _counts.Length; i++)
            {
                if (_counts[i] == 0) continue;
                var name = i < _types.Count ? _types[i].Name : Other;
                metrics.AddNormalized(known.ContainsKey(name) || known.Count < MaxTypes ? name : Other, _counts[i]);
                _counts[i] = 0;
            }
        }
    }

    private int IndexOf(ReadOnlySpan<byte> type)
    {
        for (var i = 0; i < _types.Count; i++)
        {
            if (type.SequenceEqual(_types[i].Utf8)) return i;
        }

        if (_types.Count == MaxTypes) return MaxTypes;
        _types.Add((type.ToArray(), Encoding.UTF8.GetString(type)));
        return _types.Count - 1;
    }
}
