using StepExport.Testing.Delivery;

namespace StepExport.Tests.Sinks.SplunkHec;

/// <summary>The contract holds as well when every batch waits for its indexer.</summary>
public sealed class HecAcknowledgedSinkContractTests : SinkContractTests
{
    private protected override async Task<SinkUnderTest> StartAsync() => await HecUnderTest.StartAsync("required");
}
