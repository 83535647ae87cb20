using System.Buffers;
using System.Collections.Concurrent;
using StepExport.Core.DeadLetters;
using StepExport.Core.Journal;
using StepExport.Core.Normalization;
using StepExport.Core.Telemetry;

namespace StepExport.Core.Ingest;

/// <summary>A source's way in: normalizes on the caller's thread, sends what is bad to the dead letters, completes when durable.</summary>
/// <remarks>
/// Two ways to use it. A source that reads on and on calls <see cref="AddAsync"/> per detection and <see cref="FlushAsync"/> when
/// nothing more is there (one caller at a time; its checkpoint travels with the records). A source with a sender who waits for an
/// answer calls <see cref="SubmitAsync(ReadOnlyMemory{byte}, string?, CancellationToken)"/> (thread-safe). Back-pressure: both wait while the journal is full.
/// </remarks>
internal sealed class Ingress : IDisposable
{
    /// <summary>Bad detections that one <see cref="SubmitResult"/> lists.</summary>
    public const int MaxBadReported = 100;

    private readonly ConcurrentBag<SubmissionWindow> _idle = [];
    private readonly IngressParts _parts;
    private readonly IngressSettings _settings;
    private readonly SubmissionWindow _window;

    public Ingress(
        string source,
        Normalizer normalizer,
        SegmentJournal journal,
        DeadLetterStore deadLetters,
        SourceMetrics metrics,
        TimeProvider time,
        IngressSettings? settings = null)
    {
        _parts = new(source, normalizer, journal, deadLetters, metrics, time);
        _settings = settings ?? new();
        _window = new(_parts, _settings);
    }

    /// <summary>Asked whenever a submission is closed: the source's position behind the detection that was added last. Null: the
    /// source has no position.</summary>
    public Func<byte[]>? Checkpoint { get; set; }

    /// <summary>Why submissions have to wait at the moment (the journal is full, or its disk fails, or there are too many dead letters);
    /// null when they do not.</summary>
    public string? Obstacle =>
        _parts.Journal.Trouble ?? (_parts.Journal.IsFull ? "the journal is full: sinks have to deliver first" : _parts.DeadLetters.Trouble);

    /// <summary>Takes one detection; most calls complete at once. The source's position has passed the detection already.</summary>
    /// <param name="item">Its bytes are not needed after the call.</param>
    /// <param name="origin">What it was read from, e.g. a path; its text stands in the position of a dead letter, and is asked for only then,
    /// during the call.</param>
    /// <param name="cancellationToken">Gives up waiting for room.</param>
    /// <exception cref="IOException">Dead letters or journal failed; what was added since the last flush is not known to be durable.</exception>
    public ValueTask AddAsync(in SplitItem item, object? origin, CancellationToken cancellationToken)
    {
        _window.Add(item, origin);
        return _window.IsFull ? _window.CloseAsync(Checkpoint?.Invoke(), cancellationToken) : default;
    }

    /// <summary>Hands over what was added, without waiting for the disk.</summary>
    public ValueTask PushAsync(CancellationToken cancellationToken) =>
        _window.IsEmpty ? default : _window.CloseAsync(Checkpoint?.Invoke(), cancellationToken);

    /// <summary>Completes when everything added so far, and the position as of now, is durable.</summary>
    /// <exception cref="IOException">As of <see cref="AddAsync"/>.</exception>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (!_window.IsEmpty || Checkpoint is not null) await _window.CloseAsync(Checkpoint?.Invoke(), cancellationToken);
        await _window.DrainAsync();
    }

    /// <summary>Takes the detections of one request, in any shape the splitter knows; completes when all of it is durable.</summary>
    /// <param name="body">The request's body.</param>
    /// <param name="origin">Whom it came from; stands in the position of a dead letter.</param>
    /// <param name="cancellationToken">Gives up; part of the request may be durable then.</param>
    /// <exception cref="IOException">The request is not known to be durable.</exception>
    public Task<SubmitResult> SubmitAsync(ReadOnlyMemory<byte> body, string? origin, CancellationToken cancellationToken) =>
        SubmitAsync(new ReadOnlySequence<byte>(body), origin, cancellationToken);

    /// <inheritdoc cref="SubmitAsync(ReadOnlyMemory{byte}, string?, CancellationToken)"/>
    public async Task<SubmitResult> SubmitAsync(ReadOnlySequence<byte> body, string? origin, CancellationToken cancellationToken)
    {
        if (!_idle.TryTake(out var window)) window = new(_parts, _settings);
        using var splitter = new DetectionSplitter(_settings.MaxEventSize);
        var bad = new List<BadDetection>();
        var (index, badCount) = (0, 0);
        do
        {
            Feed(splitter, ref body);
            while (splitter.TryRead(out var item))
            {
                var error = window.Add(item, origin);
                if (error is not null && badCount++ < MaxBadReported) bad.Add(new(index, item.Line, item.Offset, error));
                index++;
                if (window.IsFull) await window.CloseAsync(null, cancellationToken);
            }
        }
        while (!body.IsEmpty);

        await window.CloseAsync(null, cancellationToken);
        var duplicates = await window.DrainAsync();
        // Only one that is known to be empty is used again
        _idle.Add(window);
        return new(index - badCount, duplicates, bad, badCount);
    }

    public void Dispose()
    {
        _window.Dispose();
        while (_idle.TryTake(out var window)) window.Dispose();
    }

    private static void Feed(DetectionSplitter splitter, ref ReadOnlySequence<byte> body)
    {
        var room = splitter.Room();
        var count = (int)Math.Min(room.Length, body.Length);
        body.Slice(0, count).CopyTo(room.Span);
        body = body.Slice(count);
        splitter.Filled(count);
        if (body.IsEmpty) splitter.Complete();
    }
}
