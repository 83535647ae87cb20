using System.Text;
using System.Text.Json;
using StepExport.Core.Delivery;
using StepExport.Core.Formats;
using StepExport.Core.Telemetry;
using StepExport.Sinks.Console;
using StepExport.Testing.Delivery;

namespace StepExport.Tests.Sinks.Console;

public sealed class ConsoleSinkContractTests : SinkContractTests
{
    private protected override Task<SinkUnderTest> StartAsync() => Task.FromResult<SinkUnderTest>(new ConsoleUnderTest());

    private sealed class ConsoleUnderTest : SinkUnderTest
    {
        private readonly MemoryStream _output = new();

        public ConsoleUnderTest() => Sink = new ConsoleSink(_output, new NdjsonLines(RecordFormat.Default, Terminal.None), Metrics);

        public override ISink Sink { get; }

        public override SinkMetrics Metrics { get; } = new("console", TimeProvider.System);

        public override Task<IReadOnlyList<string>> ArrivedAsync()
        {
            var lines = Encoding.UTF8.GetString(_output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            return Task.FromResult<IReadOnlyList<string>>([.. lines.Select(Uid)]);
        }

        public override ValueTask DisposeAsync() => Sink.DisposeAsync();

        private static string Uid(string line)
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.GetProperty("metadata").GetProperty("uid").GetString()!;
        }
    }
}
