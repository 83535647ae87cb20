using System.Text;
using StepExport.Core.Delivery;
using StepExport.Core.Formats;
using StepExport.Core.Model;
using StepExport.Core.Telemetry;
using StepExport.Sinks.Console;
using StepExport.Testing.Delivery;

namespace StepExport.Tests.Sinks.Console;

public sealed class ConsoleSinkTests
{
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_table_has_one_heading_and_one_line_per_finding()
    {
        using var output = new MemoryStream();
        await using var sink = new ConsoleSink(output, new TableLines(Terminal.None), Metrics());
        await sink.SendAsync(SomeBatch.Of([new SomeRecord(1) { Severity = Severity.Critical, Type = "Reverse-Shell", Title = "Reverse shell detected" }]), _stop);
        await sink.SendAsync(SomeBatch.Of([new SomeRecord(2) { Severity = Severity.Informational }]), _stop);

        Assert.Equal(
            """
            TIME (UTC)           SEVERITY  TYPE                                REPOSITORY                          FINDING
            2025-07-22 17:07:12  critical  Reverse-Shell                       acme/shop                           Reverse shell detected
            2025-07-22 17:07:12  info      Domain-Blocked                      acme/shop                           Domain Blocked

            """,
            Encoding.UTF8.GetString(output.ToArray()));
    }

    [Fact]
    public async Task Ndjson_is_the_finding_byte_for_byte()
    {
        using var output = new MemoryStream();
        await using var sink = new ConsoleSink(output, new NdjsonLines(RecordFormat.Default, Terminal.None), Metrics());
        await sink.SendAsync(SomeBatch.Of(1, 2), _stop);
        Assert.Equal($"{new SomeRecord(1).Body}\n{new SomeRecord(2).Body}\n", Encoding.UTF8.GetString(output.ToArray()));
    }

    [Fact]
    public async Task A_closed_pipe_is_a_retry_with_its_reason()
    {
        await using var sink = new ConsoleSink(new ClosedPipe(), new TableLines(Terminal.None), Metrics());
        var result = await sink.SendAsync(SomeBatch.Of(1), _stop);
        Assert.Equal((RecordOutcome.Retry, "standard output: Broken pipe"), (result.Outcome, result.Reason));
    }

    private static SinkMetrics Metrics() => new("console", TimeProvider.System);

    private sealed class ClosedPipe : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("Broken pipe");
    }
}
