using System.Collections.Frozen;
using Confluent.Kafka;
using StepExport.Kafka;

namespace StepExport.Sources.Kafka;

/// <summary>What an error is about.</summary>
internal enum ConsumerFault : byte
{
    /// <summary>The way to the brokers; the client tries again by itself.</summary>
    Connection,

    /// <summary>Our login: only a new client reads the secrets again.</summary>
    Login,

    /// <summary>A topic, or access to it.</summary>
    Topic,

    /// <summary>The consumer group, or access to it.</summary>
    Group,

    /// <summary>The group has moved on without us; the client joins again by itself.</summary>
    Membership,
}

/// <summary>One row of the table.</summary>
/// <param name="Fault">What it is about.</param>
/// <param name="Words">For an operator.</param>
internal sealed record ConsumerError(ConsumerFault Fault, string Words);

/// <summary>The errors of brokers and client, and what they mean for reading. Pure.</summary>
/// <remarks>What is not in the table is trouble of the connection, in the client's own words.</remarks>
internal static class ConsumerErrors
{
    private static readonly ConsumerError Login = new(ConsumerFault.Login, "the brokers refuse the login: check sasl");
    private static readonly ConsumerError NoTopic = new(ConsumerFault.Topic, "the topic does not exist: create it, or correct topics");
    private static readonly ConsumerError Moved = new(ConsumerFault.Membership, "the group has shared out the partitions anew meanwhile");

    private static readonly FrozenDictionary<ErrorCode, ConsumerError> Table = new Dictionary<ErrorCode, ConsumerError>
    {
        [ErrorCode.SaslAuthenticationFailed] = Login,
        [ErrorCode.Local_Authentication] = Login,
        [ErrorCode.UnsupportedSaslMechanism] = new(ConsumerFault.Login, "the brokers do not know this way to log in: check sasl.mechanism"),
        [ErrorCode.IllegalSaslState] = Login,
        [ErrorCode.Local_Ssl] = new(ConsumerFault.Login, "TLS failed: check tls"),

        [ErrorCode.UnknownTopicOrPart] = NoTopic,
        [ErrorCode.Local_UnknownTopic] = NoTopic,
        [ErrorCode.Local_UnknownPartition] = new(ConsumerFault.Topic, "the topic has no such partition any more: was it created anew?"),
        [ErrorCode.UnknownTopicId] = new(ConsumerFault.Topic, "the topic was deleted or created anew"),
        [ErrorCode.TopicException] = new(ConsumerFault.Topic, "the topic's name is not valid"),
        [ErrorCode.TopicAuthorizationFailed] = new(ConsumerFault.Topic, "this login may not read the topic: allow it Read and Describe"),

        [ErrorCode.GroupAuthorizationFailed] = new(ConsumerFault.Group, "this login may not join the consumer group: allow it Read on the group"),
        [ErrorCode.InvalidGroupId] = new(ConsumerFault.Group, "the brokers do not accept groupId"),
        [ErrorCode.InvalidSessionTimeout] = new(ConsumerFault.Group, "the brokers do not allow sessionTimeout (group.min.session.timeout.ms, group.max.session.timeout.ms)"),
        [ErrorCode.InconsistentGroupProtocol] = new(ConsumerFault.Group, "the group's other members share out partitions in another way: write the same assignment in all of them"),
        [ErrorCode.GroupMaxSizeReached] = new(ConsumerFault.Group, "the group has as many members as the brokers allow (group.max.size)"),
        [ErrorCode.FencedInstanceId] = new(ConsumerFault.Group, "another replica has the same groupInstanceId: give each its own"),
        [ErrorCode.OffsetMetadataTooLarge] = new(ConsumerFault.Group, "the brokers do not take the offsets"),

        [ErrorCode.IllegalGeneration] = Moved,
        [ErrorCode.UnknownMemberId] = Moved,
        [ErrorCode.RebalanceInProgress] = Moved,
        [ErrorCode.Local_AssignmentLost] = Moved,
        [ErrorCode.Local_MaxPollExceeded] = new(ConsumerFault.Membership, "this replica was held up for longer than maxPollInterval"),

        [ErrorCode.Local_AllBrokersDown] = new(ConsumerFault.Connection, "no broker can be reached"),
        [ErrorCode.Local_Resolve] = new(ConsumerFault.Connection, "the broker's host name cannot be resolved"),
        [ErrorCode.Local_Transport] = new(ConsumerFault.Connection, "the connection to the broker broke"),
        [ErrorCode.Local_TimedOut] = new(ConsumerFault.Connection, "no answer in time"),
        [ErrorCode.Local_WaitCoord] = new(ConsumerFault.Connection, "the group's coordinator does not answer"),
        [ErrorCode.NotCoordinatorForGroup] = new(ConsumerFault.Connection, "the group has another coordinator"),
        [ErrorCode.GroupCoordinatorNotAvailable] = new(ConsumerFault.Connection, "the group has no coordinator"),
        [ErrorCode.GroupLoadInProgress] = new(ConsumerFault.Connection, "the group's coordinator is starting"),
    }.ToFrozenDictionary();

    public static ConsumerFault FaultOf(ErrorCode code) => Table.TryGetValue(code, out var row) ? row.Fault : ConsumerFault.Connection;

    /// <summary>For an operator, with the client's own words behind.</summary>
    public static string Describe(Error error) => Table.TryGetValue(error.Code, out var row)
        ? $"{row.Words} ({KafkaErrorName.Of(error.Code)}: {error.Reason})"
        : $"{error.Reason} ({KafkaErrorName.Of(error.Code)})";
}
