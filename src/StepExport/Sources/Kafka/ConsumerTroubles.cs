using Confluent.Kafka;
using StepExport.Core.Telemetry;
using StepExport.Kafka;
using StepExport.Kafka.Auth;

namespace StepExport.Sources.Kafka;

/// <summary>What ails one client, told to the source's health. All of it is heard on the client's thread.</summary>
internal sealed class ConsumerTroubles(string servers, JoinedHealth health, KafkaSecurity security, KafkaLog log)
{
    private const string Brokers = "brokers", Group = "group";

    /// <summary>So many looks in a row that saw no broker are believed without the client's word: it says it once, and a look from the
    /// moment before can have taken that back.</summary>
    private const int LooksBelieved = 3;

    private readonly HashSet<string> _topics = new(StringComparer.Ordinal);
    private Error? _said;
    private bool _ailing;
    private bool _wereUp;
    private int _looksWithoutBroker;

    /// <summary>Why this client cannot go on; null while it can.</summary>
    public string? End { get; private set; }

    /// <summary>A person has to act before another client does better.</summary>
    public bool NeedsOperator { get; private set; }

    /// <summary>Nobody can be reached, so nobody is waited for.</summary>
    public bool IsCutOff { get; private set; }

    /// <summary>Topics that could not be read when they were last looked at.</summary>
    public IReadOnlyCollection<string> Topics => _topics;

    /// <summary>What the client says of itself and its connections.</summary>
    public void Hear(Error error)
    {
        log.Write(error);
        if (error.IsFatal)
        {
            NeedsOperator = error.Code == ErrorCode.FencedInstanceId || ConsumerErrors.FaultOf(error.Code) == ConsumerFault.Group;
            End = $"the client cannot go on: {ConsumerErrors.Describe(error)}";
            return;
        }

        switch (ConsumerErrors.FaultOf(error.Code))
        {
            case ConsumerFault.Group:
                Set(Group, ConsumerErrors.Describe(error));
                break;
            case ConsumerFault.Topic or ConsumerFault.Membership:
                break;
            case var _ when error.Code != ErrorCode.Local_AllBrokersDown:
                _said = error;
                break;
            default:
                CutOff(error);
                break;
        }
    }

    /// <summary>What came instead of a message.</summary>
    public void Hear(ConsumeException e)
    {
        if (ConsumerErrors.FaultOf(e.Error.Code) == ConsumerFault.Topic && e.ConsumerRecord.Topic is { } topic) TopicAils(topic, e.Error);
        else Hear(e.Error);
    }

    public void TopicAils(string topic, Error error)
    {
        _topics.Add(topic);
        Set($"topic {topic}", $"{topic}: {ConsumerErrors.Describe(error)}");
    }

    public void TopicIsWell(string topic)
    {
        _topics.Remove(topic);
        health.Set($"topic {topic}", null);
    }

    /// <summary>What the client's statistics show.</summary>
    public void Look(int brokersUp)
    {
        if (brokersUp > 0)
        {
            (_wereUp, _looksWithoutBroker) = (true, 0);
            BrokersAreWell();
        }
        else if (_wereUp && ++_looksWithoutBroker >= LooksBelieved && !_ailing)
        {
            CutOff(new Error(ErrorCode.Local_AllBrokersDown));
        }
    }

    /// <summary>A broker has answered.</summary>
    public void BrokersAreWell()
    {
        if (!_ailing) return;
        (_said, _ailing, IsCutOff) = (null, false, false);
        health.Set(Brokers, null);
    }

    /// <summary>The group has given this replica its share.</summary>
    public void GroupIsWell()
    {
        BrokersAreWell();
        health.Set(Group, null);
        health.Set(KafkaSource.Client, null);
    }

    /// <summary>Something that only the log has to say.</summary>
    public void Note(Error error) => log.Write(error);

    /// <summary>Offsets cannot be committed, or can be again.</summary>
    public void Commits(Error? error) => Set("commit", error is null ? null : $"offsets cannot be committed: {ConsumerErrors.Describe(error)}; after a restart these messages are read again");

    private void CutOff(Error error)
    {
        var cause = _said ?? error;
        IsCutOff = true;
        Set(Brokers, $"{servers}: no broker answers: {security.Trouble ?? ConsumerErrors.Describe(cause)}");
        if (ConsumerErrors.FaultOf(cause.Code) != ConsumerFault.Login) return;
        (End, NeedsOperator) = ($"{servers}: {security.Trouble ?? ConsumerErrors.Describe(cause)}", true);
    }

    private void Set(string part, string? reason)
    {
        _ailing |= part == Brokers;
        health.Set(part, reason);
    }
}
