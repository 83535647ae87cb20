using System.Buffers;
using StepExport.Core.Model;

namespace StepExport.Core.Delivery;

/// <summary>A batch together with the pooled memory it lies in.</summary>
internal sealed class PooledBatch(byte[] bytes, ExportRecord[] records, int count, InFlightWindow.Slot slot) : IClosedBatch
{
    public int Count => count;

    public InFlightWindow.Slot Slot => slot;

    public Batch Slice(int start, int length) => new(records.AsMemory(start, length));

    /// <summary>Moves the records that are to be sent again to the front of the slice, in their order.</summary>
    /// <returns>Their number.</returns>
    public int KeepRetried(int start, ReadOnlySpan<RecordOutcome> outcomes)
    {
        var kept = 0;
        for (var i = 0; i < outcomes.Length; i++)
        {
            if (outcomes[i] == RecordOutcome.Retry) records[start + kept++] = records[start + i];
        }

        return kept;
    }

    public void Release()
    {
        ArrayPool<byte>.Shared.Return(bytes);
        ArrayPool<ExportRecord>.Shared.Return(records, clearArray: true);
    }

    public ValueTask DisposeAsync()
    {
        Release();
        return ValueTask.CompletedTask;
    }
}
