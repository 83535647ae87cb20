using System.Globalization;
using StepExport.Checks;
using StepExport.Core.Delivery;
using StepExport.Core.Model;
using StepExport.Core.Telemetry;
using StepExport.Testing.Checks;
using StepExport.Testing.Delivery;
using StepExport.Tests.Sinks;

namespace StepExport.Tests.Checks;

/// <summary>The contract of every sink, with each of its records made a finding of one run.</summary>
public sealed class CheckSinkContractTests : SinkContractTests
{
    private protected override Task<SinkUnderTest> StartAsync() => Task.FromResult<SinkUnderTest>(new ChecksUnderTest());

    private sealed class ChecksUnderTest : SinkUnderTest
    {
        private readonly CheckRig _rig = new();

        public ChecksUnderTest()
        {
            var sink = new CheckSink(_rig.Store, Metrics);
            Sink = new SinkBehind(sink, (batch, _, stop, _) => sink.SendAsync(new(batch.Records.ToArray().Select(AsFinding).ToArray()), stop));
        }

        public override ISink Sink { get; }

        public override SinkMetrics Metrics { get; } = new("checks", TimeProvider.System);

        public override bool CanBreak => true;

        public override Task<IReadOnlyList<string>> ArrivedAsync() =>
            Task.FromResult<IReadOnlyList<string>>([.. _rig.Store.Findings(SomeFinding.Run()).OrderBy(f => f.Job, StringComparer.Ordinal).Select(f => f.Uid)]);

        public override Task BreakAsync() => _rig.SqlAsync("ALTER TABLE checks RENAME TO away");

        public override Task RepairAsync() => _rig.SqlAsync("ALTER TABLE away RENAME TO checks");

        public override async ValueTask DisposeAsync()
        {
            await Sink.DisposeAsync();
            _rig.Dispose();
        }

        private static ExportRecord AsFinding(ExportRecord record) => JournalRecords.WithBody(
            $$$"""
            {"class_uid":2004,"metadata":{"correlation_uid":"github/{{{SomeFinding.Run().Repository}}}/runs/{{{SomeFinding.Run().RunId}}}"},
            "finding_info":{"uid":"{{{Convert.ToHexStringLower(record.Uid)}}}","uid_alt":"k","tags":[{"name":"cicd.pipeline.task.name","value":"{{{record.Sequence.ToString("D6", CultureInfo.InvariantCulture)}}}"}]}}
            """,
            record.Sequence);
    }
}
