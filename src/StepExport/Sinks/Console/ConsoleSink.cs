using System.Buffers;
using StepExport.Core.Delivery;
using StepExport.Core.Telemetry;

namespace StepExport.Sinks.Console;

/// <summary>Shows findings on a stream. Concurrent sends take turns, so that lines never mix.</summary>
internal sealed class ConsoleSink(Stream output, ILineFormat lines, SinkMetrics metrics) : ISink
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ArrayBufferWriter<byte> _text = new();

    public async ValueTask<SendResult> SendAsync(Batch batch, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            _text.ResetWrittenCount();
            lines.Write(batch, _text);
            await output.WriteAsync(_text.WrittenMemory, cancellationToken);
            await output.FlushAsync(cancellationToken);
            metrics.AddBytesSent(_text.WrittenCount);
            return SendResult.Delivered;
        }
        catch (IOException e)
        {
            return SendResult.Retry($"standard output: {e.Message}");
        }
        finally
        {
            _turn.Release();
        }
    }

    public Task<CheckResult> CheckAsync(CancellationToken cancellationToken) => Task.FromResult(new CheckResult(true, "standard output is open"));

    public async ValueTask DisposeAsync()
    {
        await output.DisposeAsync();
        _turn.Dispose();
    }
}
