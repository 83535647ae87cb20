using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;
using StepExport.Kafka;

namespace StepExport.Testing.Kafka;

/// <summary>librdkafka's own Kafka cluster: the real protocol over TCP on ports of this machine, kept in memory. A partition keeps
/// about 5 MB; a topic that nobody created has four partitions.</summary>
internal sealed partial class MockCluster : IDisposable
{
    private const short Produce = 0;
    private const short OffsetCommit = 8;
    private const short Heartbeat = 12;
    private const short InitProducerId = 22;
    private readonly nint _client;
    private readonly nint _cluster;
    private readonly int _brokers;

    public MockCluster(int brokers = 1)
    {
        _brokers = brokers;
        var text = new byte[512];
        var settings = Native.NewSettings();
        Set(settings, "test.mock.num.brokers", brokers.ToString(System.Globalization.CultureInfo.InvariantCulture), text);
        Set(settings, "log_level", "0", text);
        _client = Native.New(0, settings, text, (nuint)text.Length);
        if (_client == 0) throw new InvalidOperationException(Encoding.UTF8.GetString(text).TrimEnd('\0'));
        _cluster = Native.ClusterOf(_client);
        // Real brokers wait three seconds for more members
        Native.SetRebalanceDelay(_cluster, 200);
    }

    /// <summary>host:port of every broker, separated by commas.</summary>
    public string BootstrapServers => Marshal.PtrToStringUTF8(Native.BootstrapServers(_cluster))!;

    public void CreateTopic(string topic, int partitions) => Check(Native.CreateTopic(_cluster, topic, partitions, replicas: 1));

    /// <summary>The next requests to produce are answered so, one after the other; <see cref="ErrorCode.NoError"/> lets one pass.</summary>
    public void AnswerProduce(params ErrorCode[] errors) => Native.PushErrors(_cluster, Produce, (nuint)errors.Length, errors);

    /// <summary>The next requests for a producer id are answered so.</summary>
    public void AnswerInitProducerId(params ErrorCode[] errors) => Native.PushErrors(_cluster, InitProducerId, (nuint)errors.Length, errors);

    /// <summary>The next requests to commit offsets are answered so.</summary>
    public void AnswerOffsetCommit(params ErrorCode[] errors) => Native.PushErrors(_cluster, OffsetCommit, (nuint)errors.Length, errors);

    /// <summary>The next heartbeats of members are answered so.</summary>
    public void AnswerHeartbeat(params ErrorCode[] errors) => Native.PushErrors(_cluster, Heartbeat, (nuint)errors.Length, errors);

    /// <summary>Takes back what <see cref="AnswerProduce"/> said and nobody has got yet.</summary>
    public void AnswerProduceNormally() => Native.ClearErrors(_cluster, Produce);

    /// <summary>What the metadata says of the topic from now on; <see cref="ErrorCode.NoError"/> = all is well.</summary>
    public void SetTopicError(string topic, ErrorCode error) => Native.SetTopicError(_cluster, topic, error);

    public void SetLeader(string topic, int partition, int broker) => Check(Native.SetLeader(_cluster, topic, partition, broker));

    /// <summary>Closes all connections and takes no more.</summary>
    public void BreakAll()
    {
        for (var id = 1; id <= _brokers; id++) Check(Native.SetDown(_cluster, id));
    }

    public void RepairAll()
    {
        for (var id = 1; id <= _brokers; id++) Check(Native.SetUp(_cluster, id));
    }

    public void Dispose() => Native.Destroy(_client);

    private static void Set(nint settings, string name, string value, byte[] text)
    {
        if (Native.Set(settings, name, value, text, (nuint)text.Length) != 0) throw new InvalidOperationException(Encoding.UTF8.GetString(text).TrimEnd('\0'));
    }

    private static void Check(ErrorCode error)
    {
        if (error != ErrorCode.NoError) throw new KafkaException(error);
    }

    private static partial class Native
    {
        private const string Library = NativeLibrdkafka.Name;

        static Native() => NativeLibrdkafka.ResolveFor(typeof(Native).Assembly);

        [LibraryImport(Library, EntryPoint = "rd_kafka_conf_new")]
        public static partial nint NewSettings();

        [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set", StringMarshalling = StringMarshalling.Utf8)]
        public static partial int Set(nint settings, string name, string value, [In, Out] byte[] problem, nuint size);

        [LibraryImport(Library, EntryPoint = "rd_kafka_new")]
        public static partial nint New(int type, nint settings, [In, Out] byte[] problem, nuint size);

        [LibraryImport(Library, EntryPoint = "rd_kafka_destroy")]
        public static partial void Destroy(nint client);

        [LibraryImport(Library, EntryPoint = "rd_kafka_handle_mock_cluster")]
        public static partial nint ClusterOf(nint client);

        [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_bootstraps")]
        public static partial nint BootstrapServers(nint cluster);

        [LibraryImport(Library, EntryPoint = "rd_kafka_mock_topic_create", StringMarshalling = StringMarshalling.Utf8)]
        public static partial ErrorCode CreateTopic(nint cluster, string topic, int partitions, int replicas);

        [LibraryImport(Library, EntryPoint = "rd_kafka_mock_push_request_errors_array")]
        public static partial void PushErrors(nint cluster, short request, nuint count, [In] ErrorCode[] errors);

        [LibraryImport(Library, EntryPoint = "rd_kafka_mock_clear_request_errors")]
        public static partial void ClearErrors(nint cluster, short request);

        [LibraryImport(Library, EntryPoint = "rd_kafka_mock_group_initial_rebalance_delay_ms")]
        public static partial void SetRebalanceDelay(nint cluster, int milliseconds);

        [LibraryImport(Library, EntryPoint = "rd_kafka_mock_topic_set_error", StringMarshalling = StringMarshalling.Utf8)]
        public static partial void SetTopicError(nint cluster, string topic, ErrorCode error);

        [LibraryImport(Library, EntryPoint = "rd_kafka_mock_partition_set_leader", StringMarshalling = StringMarshalling.Utf8)]
        public static partial ErrorCode SetLeader(nint cluster, string topic, int partition, int broker);

        [LibraryImport(Library, EntryPoint = "rd_kafka_mock_broker_set_down")]
        public static partial ErrorCode SetDown(nint cluster, int broker);

        [LibraryImport(Library, EntryPoint = "rd_kafka_mock_broker_set_up")]
        public static partial ErrorCode SetUp(nint cluster, int broker);
    }
}
