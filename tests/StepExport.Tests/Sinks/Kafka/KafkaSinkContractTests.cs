using StepExport.Testing.Delivery;

namespace StepExport.Tests.Sinks.Kafka;

/// <summary>One partition, so that the order of arrival is the order of the topic.</summary>
public sealed class KafkaSinkContractTests : SinkContractTests
{
    private protected override Task<SinkUnderTest> StartAsync() => Task.FromResult<SinkUnderTest>(new KafkaUnderTest(timeout: KafkaHarness.ShortTimeout));
}
