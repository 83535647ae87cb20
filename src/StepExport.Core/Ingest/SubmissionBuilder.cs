using StepExport.Core.DeadLetters;
using StepExport.Core.Journal;
using StepExport.Core.Normalization;
using StepExport.Core.Telemetry;

namespace StepExport.Core.Ingest;

/// <summary>What a source writes through.</summary>
internal sealed record IngressParts(
    string Source, Normalizer Normalizer, SegmentJournal Journal, DeadLetterStore DeadLetters, SourceMetrics Metrics, TimeProvider Time);

/// <summary>Fills one submission, then makes it durable. Used again and again, by one caller at a time.</summary>
internal sealed class SubmissionBuilder(IngressParts parts, IngressSettings settings) : IDisposable
{
    private readonly Submission _submission = new();
    private readonly NormalizedDetection _detection = new();
    private readonly List<DeadLetter> _letters = [];
    private readonly TypeCounts _types = new();
    private long _receivedAtMs;
    private long _letterBytes;
    private int _received;
    private int _redactions;

    public bool IsEmpty => _received == 0;

    public bool IsFull => _received >= settings.SubmissionDetections || _submission.Length + _letterBytes >= settings.SubmissionBytes;

    /// <summary>Normalizes one item.</summary>
    /// <param name="item">As the splitter found it.</param>
    /// <param name="origin">What it was read from, e.g. a file's path; its text stands in the dead letter's position.</param>
    /// <returns>Why it went to the dead letters, or null.</returns>
    public string? Add(in SplitItem item, object? origin)
    {
        if (_received++ == 0) _receivedAtMs = parts.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var error = item.Error ?? parts.Normalizer.Normalize(item.Bytes, _receivedAtMs, _detection).Error;
        if (error is not null)
        {
            _letters.Add(Letter(item, error, origin));
            _letterBytes += item.Bytes.Length;
            return error;
        }

        _submission.Add(_detection.Header, _detection.Body.WrittenSpan);
        _types.Add(_detection.Type.Span);
        _redactions += _detection.Redactions;
        return null;
    }

    /// <summary>Completes when everything that was added is durable: first the dead letters, then the records and the checkpoint.</summary>
    /// <returns>How many detections had been taken before.</returns>
    /// <exception cref="IOException">Not known to be durable.</exception>
    public async Task<int> CommitAsync(byte[]? checkpoint, CancellationToken cancellationToken)
    {
        if (_letters.Count > 0) await parts.DeadLetters.AddAsync(_letters, cancellationToken);
        if (checkpoint is not null) _submission.MoveCheckpoint(parts.Source, checkpoint);

        using var span = Tracing.Submit(parts.Source, _submission.Count, _submission.Length);
        var started = parts.Time.GetTimestamp();
        var duplicates = await parts.Journal.AppendAsync(_submission, cancellationToken);
        span.End("Durable");

        parts.Metrics.DurableLatency.Record(parts.Time.GetElapsedTime(started));
        parts.Metrics.AddReceived(_received);
        parts.Metrics.AddRejected(_letters.Count);
        parts.Metrics.AddRedactions(_redactions);
        parts.Metrics.AddDeduplicated(duplicates);
        parts.Metrics.AddDurable(_submission.Count);
        _types.MoveTo(parts.Metrics);
        Clear();
        return duplicates;
    }

    /// <summary>Forgets what was added.</summary>
    public void Clear()
    {
        _submission.Clear();
        _letters.Clear();
        (_letterBytes, _received, _redactions) = (0, 0, 0);
    }

    public void Dispose() => _submission.Dispose();

    private DeadLetter Letter(in SplitItem item, string error, object? origin)
    {
        var at = FormattableString.Invariant($"line {item.Line} byte {item.Offset}");
        return new()
        {
            Component = parts.Source,
            AtIntake = true,
            Reason = item.Length > item.Bytes.Length
                ? FormattableString.Invariant($"{error}; {item.Bytes.Length} of its {item.Length} bytes are kept")
                : error,
            Position = origin is null ? at : $"{origin} {at}",
            Bytes = item.Bytes.ToArray(),
        };
    }
}
