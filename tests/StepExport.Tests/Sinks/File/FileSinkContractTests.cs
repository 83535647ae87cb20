using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using StepExport.Core.Delivery;
using StepExport.Core.Formats;
using StepExport.Core.Telemetry;
using StepExport.Sinks.File;
using StepExport.Testing;
using StepExport.Testing.Delivery;
using IOFile = System.IO.File;

namespace StepExport.Tests.Sinks.File;

public sealed class FileSinkContractTests : SinkContractTests
{
    private protected override Task<SinkUnderTest> StartAsync() => Task.FromResult<SinkUnderTest>(new FileUnderTest());

    private sealed class FileUnderTest : SinkUnderTest
    {
        private readonly TemporaryFolder _folder = new();

        public FileUnderTest() =>
            Sink = new FileSink(new(Output, RotateSize: 4096, null), RecordFormat.Default, Metrics, TimeProvider.System, NullLogger.Instance);

        public override ISink Sink { get; }

        public override SinkMetrics Metrics { get; } = new("local", TimeProvider.System);

        public override bool CanBreak => true;

        private string Output => _folder.File("out.ndjson");

        public override Task<IReadOnlyList<string>> ArrivedAsync()
        {
            // Finished files first, in the order of the sequence in their names; the one being written last.
            var files = Directory.GetFiles(_folder.Path).OrderBy(f => f == Output).ThenBy(f => f, StringComparer.Ordinal);
            return Task.FromResult<IReadOnlyList<string>>([.. files.SelectMany(IOFile.ReadAllLines).Select(Uid)]);
        }

        public override Task BreakAsync()
        {
            Directory.CreateDirectory(Output);
            return Task.CompletedTask;
        }

        public override Task RepairAsync()
        {
            Directory.Delete(Output);
            return Task.CompletedTask;
        }

        public override async ValueTask DisposeAsync()
        {
            await Sink.DisposeAsync();
            _folder.Dispose();
        }

        private static string Uid(string line)
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.GetProperty("metadata").GetProperty("uid").GetString()!;
        }
    }
}
