using StepExport.Core.Delivery;
using StepExport.Sinks.SplunkHec;

namespace StepExport.Logs;

/// <summary>Lines for one request. One thread at a time.</summary>
internal sealed class LogBatch : IDisposable
{
    private const int MaxLines = 1000;
    private const int MaxBytes = 500_000;

    private readonly List<byte[]> _lines = [];
    private readonly HecBody _body = new(gzip: true);

    public int Count => _lines.Count;

    /// <summary>Takes what fits; one line always does.</summary>
    /// <param name="queue">Where the lines wait.</param>
    /// <param name="first">Goes before them, or null.</param>
    public void Fill(LogQueue queue, byte[]? first)
    {
        _lines.Clear();
        if (first is not null) _lines.Add(first);
        var room = MaxBytes;
        while (_lines.Count < MaxLines && queue.TryTake(_lines.Count == 0 ? int.MaxValue : room, out var line))
        {
            _lines.Add(line);
            room -= line.Length;
        }
    }

    /// <summary>The body of the request, valid until the next call.</summary>
    public (ReadOnlyMemory<byte> Wire, HecRequest Request) Encode()
    {
        _body.Clear();
        foreach (var line in _lines)
        {
            line.CopyTo(_body.GetSpan(line.Length));
            _body.Advance(line.Length);
        }

        var wire = _body.Complete();
        return (wire, new(_lines.Count, _body.PlainBytes));
    }

    /// <summary>Keeps those lines only that are to be sent again.</summary>
    /// <returns>How many of the others Splunk has, and how many it will never take.</returns>
    public (int Taken, int Refused) Settle(SendResult result)
    {
        var (taken, refused) = (0, 0);
        for (var i = _lines.Count - 1; i >= 0; i--)
        {
            var outcome = result.Records?[i] ?? result.Outcome;
            if (outcome == RecordOutcome.Retry) continue;
            if (outcome == RecordOutcome.Delivered) taken++;
            else refused++;
            _lines.RemoveAt(i);
        }

        return (taken, refused);
    }

    public void Dispose() => _body.Dispose();
}
