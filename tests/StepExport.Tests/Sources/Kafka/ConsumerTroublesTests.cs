using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StepExport.Core.Telemetry;
using StepExport.Kafka;
using StepExport.Kafka.Auth;
using StepExport.Sources.Kafka;

namespace StepExport.Tests.Sources.Kafka;

/// <summary>What the client says once must not be taken back by what it saw a moment before.</summary>
public sealed class ConsumerTroublesTests : IDisposable
{
    private static readonly Error AllDown = new(ErrorCode.Local_AllBrokersDown);
    private readonly KafkaSecurity _security = new(null, null, TimeProvider.System, NullLogger.Instance);
    private readonly ComponentHealth _health = new(TimeProvider.System);
    private readonly ConsumerTroubles _troubles;

    public ConsumerTroublesTests() => _troubles = new("kafka:9092", new(_health), _security, new KafkaLog(NullLogger.Instance, TimeProvider.System));

    public void Dispose() => _security.Dispose();

    [Fact]
    public void A_look_from_before_the_brokers_went_does_not_make_the_source_well_for_good()
    {
        _troubles.Hear(AllDown);
        _troubles.Look(1);
        for (var i = 0; i < 3; i++) _troubles.Look(0);

        Assert.Equal("kafka:9092: no broker answers", _health.Current.Reason?[..29]);
        Assert.True(_troubles.IsCutOff);
    }

    [Fact]
    public void A_single_look_without_a_broker_is_no_trouble_and_one_with_a_broker_ends_it()
    {
        _troubles.Look(1);
        _troubles.Look(0);
        _troubles.Look(0);
        Assert.True(_health.Current.Ok);

        _troubles.Look(0);
        Assert.False(_health.Current.Ok);
        _troubles.Look(1);
        Assert.True(_health.Current.Ok);
    }

    [Fact]
    public void Before_the_first_connection_nothing_is_said()
    {
        for (var i = 0; i < 10; i++) _troubles.Look(0);

        Assert.True(_health.Current.Ok);
    }
}
