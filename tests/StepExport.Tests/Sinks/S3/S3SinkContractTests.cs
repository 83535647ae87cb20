using StepExport.Core.Delivery;
using StepExport.Core.Telemetry;
using StepExport.Testing.Delivery;
using StepExport.Testing.S3;

namespace StepExport.Tests.Sinks.S3;

/// <summary>The contract against Ceph's gateway, or against the double where that is not installed.</summary>
public sealed class S3SinkContractTests : SinkContractTests
{
    private protected override async Task<SinkUnderTest> StartAsync()
    {
        if (RadosGateway.IsInstalled) return new BucketUnderTest(await (await RadosGateway.SharedAsync()).NewBucketAsync(), null);
        var server = await FakeS3Server.StartAsync();
        return new BucketUnderTest(await server.NewBucketAsync(), server);
    }

    private sealed class BucketUnderTest(S3Bucket bucket, FakeS3Server? server) : SinkUnderTest
    {
        private readonly S3Harness _harness = new(bucket);

        public override ISink Sink => _harness.Sink;

        public override SinkMetrics Metrics => _harness.Metrics;

        public override bool CanBreak => true;

        public override Task<IReadOnlyList<string>> ArrivedAsync() => bucket.UidsAsync();

        public override Task BreakAsync() => bucket.RemoveAsync();

        public override Task RepairAsync() => bucket.CreateAsync();

        public override async ValueTask DisposeAsync()
        {
            await _harness.DisposeAsync();
            if (server is not null) await server.DisposeAsync();
        }
    }
}
