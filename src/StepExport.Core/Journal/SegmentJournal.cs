using Microsoft.Extensions.Logging;

namespace StepExport.Core.Journal;

/// <summary>The durable, ordered store between sources and sinks.</summary>
internal sealed class SegmentJournal : IAsyncDisposable
{
    /// <summary>Opens or creates the journal and recovers it: a torn tail is cut, and <see cref="Recovery"/> says what was.</summary>
    public static SegmentJournal Open(JournalSettings settings, IJournalStorage storage, TimeProvider time, ILoggerFactory loggers) =>
        throw new NotImplementedException($"{settings} {storage} {time} {loggers}");

    /// <summary>What opening found and cut, in words.</summary>
    public IReadOnlyList<string> Recovery { get; } = [];

    /// <summary>The last sequence that is fsynced; 0 when the journal has never held a record.</summary>
    public long DurableSequence { get; }

    /// <summary>Bytes of all segments.</summary>
    public long Bytes { get; }

    /// <summary>The last durable checkpoint of a source, or null.</summary>
    public byte[]? Checkpoint(string key) => throw new NotImplementedException(key);

    /// <summary>Completes when the submission is fsynced; submissions become durable in the order of the calls. Waits while the
    /// journal is full. Until it completes the submission must not be changed.</summary>
    /// <exception cref="IOException">The disk failed; nothing of the submission is durable, and the journal accepts no more.</exception>
    public ValueTask AppendAsync(Submission submission, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{submission} {cancellationToken}");

    /// <summary>Opens the one reader of a sink, which starts behind the sink's cursor. From then on the cursor holds segments.</summary>
    public JournalReader OpenReader(string sink) => throw new NotImplementedException(sink);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
