using System.Collections.Frozen;
using Confluent.Kafka;
using StepExport.Kafka;

namespace StepExport.Sinks.Kafka;

/// <summary>What an error says about the records that got it.</summary>
internal enum KafkaVerdict : byte
{
    /// <summary>Trouble of the cluster or of the way there, that passes by itself.</summary>
    Retry,

    /// <summary>Trouble of the cluster or of our access to it, that a person has to end.</summary>
    Operator,

    /// <summary>The message set was refused for the size of what is in it. Alone, the record itself is at fault.</summary>
    TooLarge,

    /// <summary>The message set was refused for what is in it. Alone, the record is at fault, or the topic's rules are.</summary>
    Invalid,

    /// <summary>Nothing is wrong with it: another record of its message set was refused.</summary>
    Neighbour,
}

/// <summary>One row of the table.</summary>
/// <param name="Verdict">Whose fault it is.</param>
/// <param name="Words">For an operator.</param>
/// <param name="Rebuild">The client has to be made anew: it remembers the error, or its login is at fault.</param>
internal sealed record KafkaError(KafkaVerdict Verdict, string Words, bool Rebuild = false);

/// <summary>The errors of brokers and client, and what they mean for delivery. Pure.</summary>
/// <remarks>What is not in the table is retried, so that nothing is lost to an error that nobody foresaw.</remarks>
internal static class KafkaErrors
{
    private static readonly FrozenDictionary<ErrorCode, KafkaError> Table = new Dictionary<ErrorCode, KafkaError>
    {
        // About records.
        [ErrorCode.MsgSizeTooLarge] = new(KafkaVerdict.TooLarge, "the message is larger than the topic takes (max.message.bytes)"),
        [ErrorCode.InvalidMsgSize] = new(KafkaVerdict.TooLarge, "the broker cannot take a message of this size"),
        [ErrorCode.RecordListTooLarge] = new(KafkaVerdict.TooLarge, "the message set is larger than a segment of the topic"),
        [ErrorCode.InvalidRecord] = new(KafkaVerdict.Invalid, "the broker calls the record invalid for this topic (a compacted topic wants a key; schema validation?)"),
        [ErrorCode.Local_InvalidDifferentRecord] = new(KafkaVerdict.Neighbour, "another record of the same message set was refused"),

        // The topic, and access to it. The client remembers these.
        [ErrorCode.UnknownTopicOrPart] = Operator("the topic does not exist: create it, or correct topic", rebuild: true),
        [ErrorCode.Local_UnknownTopic] = Operator("the topic does not exist: create it, or correct topic", rebuild: true),
        [ErrorCode.Local_UnknownPartition] = Operator("the topic has no such partition any more: was it created anew?", rebuild: true),
        [ErrorCode.UnknownTopicId] = Operator("the topic was deleted or created anew", rebuild: true),
        [ErrorCode.TopicException] = Operator("the topic's name is not valid, or the topic is one of Kafka's own", rebuild: true),
        [ErrorCode.TopicAuthorizationFailed] = Operator("this login may not write to the topic: allow it Write and Describe", rebuild: true),
        [ErrorCode.ClusterAuthorizationFailed] = Operator("this login may not write idempotently: allow it IdempotentWrite on the cluster (brokers before 3.0 ask for it)", rebuild: true),
        [ErrorCode.TransactionalIdAuthorizationFailed] = Operator("this login may not write idempotently", rebuild: true),

        // The login and the way there.
        [ErrorCode.SaslAuthenticationFailed] = Operator("the brokers refuse the login: check sasl", rebuild: true),
        [ErrorCode.Local_Authentication] = Operator("the brokers refuse the login: check sasl", rebuild: true),
        [ErrorCode.UnsupportedSaslMechanism] = Operator("the brokers do not know this way to log in: check sasl.mechanism", rebuild: true),
        [ErrorCode.IllegalSaslState] = Operator("the login went wrong: check sasl", rebuild: true),
        [ErrorCode.Local_Ssl] = Operator("TLS failed: check tls", rebuild: true),
        [ErrorCode.SecurityDisabled] = Operator("the brokers have no security configured", rebuild: true),

        // The topic's settings.
        [ErrorCode.InvalidTimestamp] = Operator("the topic refuses the time of sending: compare the clocks of this machine and of the brokers"),
        [ErrorCode.UnsupportedForMessageFormat] = Operator("the topic's message format is too old for headers: raise message.format.version"),
        [ErrorCode.UnsupportedCompressionType] = Operator("the brokers do not know the compression: write another one under compression"),
        [ErrorCode.Local_BadCompression] = Operator("the client cannot compress: write another codec under compression"),
        [ErrorCode.UnsupportedVersion] = Operator("the brokers are too old for this client"),
        [ErrorCode.Local_UnsupportedFeature] = Operator("the brokers are too old for an idempotent producer (0.11 is the oldest)"),
        [ErrorCode.PolicyViolation] = Operator("a policy of the cluster forbids it"),
        [ErrorCode.InvalidRequiredAcks] = Operator("the brokers do not accept acks=all"),
        [ErrorCode.InvalidConfig] = Operator("the topic's configuration is not valid"),

        // It passes.
        [ErrorCode.Local_MsgTimedOut] = Retry("no acknowledgement within timeout"),
        [ErrorCode.Local_TimedOut] = Retry("no answer in time"),
        [ErrorCode.Local_TimedOutQueue] = Retry("no answer in time"),
        [ErrorCode.Local_Transport] = Retry("the connection to the broker broke"),
        [ErrorCode.Local_Resolve] = Retry("the broker's host name cannot be resolved"),
        [ErrorCode.Local_AllBrokersDown] = Retry("no broker can be reached"),
        [ErrorCode.Local_QueueFull] = Retry("the client's queue is full"),
        [ErrorCode.Local_PurgeQueue] = Retry("the client was closed before it was sent"),
        [ErrorCode.Local_PurgeInflight] = Retry("the client was closed before the acknowledgement"),
        [ErrorCode.Local_Destroy] = Retry("the client was closed"),
        [ErrorCode.Local_DestroyBroker] = Retry("the broker left the cluster"),
        [ErrorCode.RequestTimedOut] = Retry("the replicas did not acknowledge in time"),
        [ErrorCode.LeaderNotAvailable] = Retry("the partition has no leader"),
        [ErrorCode.NotLeaderForPartition] = Retry("the partition has another leader"),
        [ErrorCode.FencedLeaderEpoch] = Retry("the partition has another leader"),
        [ErrorCode.UnknownLeaderEpoch] = Retry("the partition has another leader"),
        [ErrorCode.BrokerNotAvailable] = Retry("the broker is not available"),
        [ErrorCode.ReplicaNotAvailable] = Retry("a replica is not available"),
        [ErrorCode.NetworkException] = Retry("the broker lost a connection"),
        [ErrorCode.NotEnoughReplicas] = Retry("too few replicas are in sync (min.insync.replicas)"),
        [ErrorCode.NotEnoughReplicasAfterAppend] = Retry("too few replicas are in sync (min.insync.replicas)"),
        [ErrorCode.KafkaStorageError] = Retry("the broker's disk fails"),
        [ErrorCode.ThrottlingQuotaExceeded] = Retry("the quota is used up"),
        [ErrorCode.InvalidMsg] = Retry("the message was damaged on its way"),
        [ErrorCode.RebootstrapRequired] = Retry("the cluster was replaced"),

        // The idempotent producer lost the thread.
        [ErrorCode.OutOfOrderSequenceNumber] = Retry("the producer's sequence broke; it begins anew", rebuild: true),
        [ErrorCode.DuplicateSequenceNumber] = Retry("the producer's sequence broke; it begins anew", rebuild: true),
        [ErrorCode.InvalidProducerEpoch] = Retry("the brokers forgot the producer; it begins anew", rebuild: true),
        [ErrorCode.UnknownProducerId] = Retry("the brokers forgot the producer; it begins anew", rebuild: true),
        [ErrorCode.InvalidProducerIdMapping] = Retry("the brokers forgot the producer; it begins anew", rebuild: true),
        [ErrorCode.ProducerFenced] = Retry("the brokers replaced the producer; it begins anew", rebuild: true),
        [ErrorCode.Local_Fenced] = Retry("the brokers replaced the producer; it begins anew", rebuild: true),
        [ErrorCode.Local_GaplessGuarantee] = Retry("the producer's sequence broke; it begins anew", rebuild: true),
        [ErrorCode.Local_Inconsistent] = Retry("the producer's sequence broke; it begins anew", rebuild: true),
        [ErrorCode.Local_Fatal] = Retry("the producer cannot go on; it begins anew", rebuild: true),
    }.ToFrozenDictionary();

    private static readonly KafkaError NotForeseen = Retry("an error that this program does not know");

    /// <summary>Every code with a row of its own.</summary>
    public static IEnumerable<ErrorCode> Known => Table.Keys;

    public static KafkaError Of(ErrorCode code) => Table.GetValueOrDefault(code, NotForeseen);

    /// <summary>As <see cref="KafkaErrorName.Of"/>.</summary>
    public static string Name(ErrorCode code) => KafkaErrorName.Of(code);

    private static KafkaError Retry(string words, bool rebuild = false) => new(KafkaVerdict.Retry, words, rebuild);

    private static KafkaError Operator(string words, bool rebuild = false) => new(KafkaVerdict.Operator, words, rebuild);
}
