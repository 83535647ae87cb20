using Confluent.Kafka;

namespace StepExport.Sources.Kafka;

/// <summary>One client's life as a member of the group: polls, fills batches, hands them over, commits what became durable. The client is
/// touched by this one thread alone, rebalances included, so nothing can come between an offset and its partition.</summary>
/// <remarks>
/// While a batch becomes durable the next one is filled. When that one is full, too, the thread waits a little; if that does not
/// help (a full journal), the partitions are paused and the client is polled on, so that the replica stays in the group.
/// </remarks>
internal sealed class ConsumerSession
{
    private const int IdlePollMs = 100;
    private const int BusyPollMs = 5;

    /// <summary>Pausing throws away what was fetched ahead, so a short wait is cheaper.</summary>
    private static readonly TimeSpan BeforePause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan PausedPoll = TimeSpan.FromMilliseconds(50);

    /// <summary>With <c>--once</c>, a replica that is given nothing for so long has nothing to read.</summary>
    private static readonly TimeSpan LongestWithoutShare = TimeSpan.FromSeconds(15);

    private readonly Intake _intake;
    private readonly ConsumerParts _parts;
    private readonly IConsumer<Ignore, int> _consumer;
    private bool _drained;
    private long? _joined;

    public ConsumerSession(Intake intake, ConsumerParts parts)
    {
        (_intake, _parts) = (intake, parts);
        _consumer = parts.Consumer;
    }

    private Assignment Assignment => _parts.Assignment;

    private ConsumerTroubles Troubles => _parts.Troubles;

    /// <summary>Reads until stopped, until the client cannot go on (<see cref="ConsumerTroubles.End"/>), or with <paramref name="once"/>
    /// until all partitions that it has are read to the end they had when they came.</summary>
    /// <exception cref="IOException">Journal or dead letters failed.</exception>
    public void Run(IReadOnlyList<string> topics, bool once, CancellationToken stop)
    {
        _consumer.Subscribe(topics);
        while (!stop.IsCancellationRequested && Troubles.End is null)
        {
            _intake.Collect();
            var filling = _intake.Filling;
            if (_intake.IsIdle && (filling.IsFull || (_drained && !filling.IsEmpty))) _intake.Begin();
            _parts.Commits.CommitIfDue(Assignment.Partitions);
            _parts.Losses.Forget();
            if (_intake.Filling.IsFull) WaitForRoom(stop);
            else Poll(_intake.IsIdle ? IdlePollMs : BusyPollMs);
            if (once && IsDone()) break;
        }
    }

    /// <summary>Leaves the group, after what is under way is durable and committed, or its time is over.</summary>
    public void Close()
    {
        // Nobody could be told
        if (Troubles.IsCutOff) return;
        try
        {
            _consumer.Close();
        }
        catch (KafkaException e)
        {
            // Why it ends is known already; the group notices by itself
            Troubles.Note(e.Error);
        }
    }

    private void Poll(int milliseconds)
    {
        try
        {
            var result = _consumer.Consume(milliseconds);
            _drained = result is null or { IsPartitionEOF: true };
            if (result is not null) Take(result);
        }
        catch (ConsumeException e)
        {
            Troubles.Hear(e);
        }
    }

    private void Take(ConsumeResult<Ignore, int> result)
    {
        Troubles.BrokersAreWell();
        if (Assignment.Find(result.TopicPartition) is not { } partition) return;
        if (result.IsPartitionEOF)
        {
            partition.IsAtEnd = true;
            return;
        }

        var offset = result.Offset.Value;
        _parts.Losses.Look(partition, offset);
        // The topic was created anew: the old offset is no measure
        if (offset < partition.Next) partition.Committed = -1;
        _intake.Filling.Add(partition, offset, result.Message.Value);
        partition.Next = offset + 1;
        partition.IsAtEnd |= partition.Next >= partition.End;
    }

    private void WaitForRoom(CancellationToken stop)
    {
        if (_intake.Wait(BeforePause)) return;
        for (var pausedAt = -1; !stop.IsCancellationRequested && Troubles.End is null && !_intake.Wait(PausedPoll);)
        {
            // Partitions that come meanwhile are not paused yet
            if (pausedAt != Assignment.Changes) _consumer.Pause(_consumer.Assignment);
            pausedAt = Assignment.Changes;
            Poll(0);
        }

        _consumer.Resume(_consumer.Assignment);
    }

    private bool IsDone()
    {
        if (!_intake.IsIdle || !_intake.Filling.IsEmpty) return false;
        if (Assignment.Partitions.Count > 0) return Assignment.Partitions.All(partition => partition.IsAtEnd);
        if (string.IsNullOrEmpty(_consumer.MemberId)) return false;
        _joined ??= _parts.Time.GetTimestamp();
        return _parts.Time.GetElapsedTime(_joined.Value) > LongestWithoutShare;
    }
}
