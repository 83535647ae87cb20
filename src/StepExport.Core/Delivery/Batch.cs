using StepExport.Core.Model;

namespace StepExport.Core.Delivery;

/// <summary>Records sent in one request. Slices share the bytes of the batch they were cut from.</summary>
internal sealed class Batch(ReadOnlyMemory<ExportRecord> records)
{
    public int Count => records.Length;

    public ReadOnlySpan<ExportRecord> Records => records.Span;

    /// <summary>Of the records, as they are in the journal.</summary>
    public long Bytes
    {
        get
        {
            var sum = 0L;
            foreach (ref readonly var record in Records) sum += record.Body.Length;
            return sum;
        }
    }

    public ExportRecord this[int index] => records.Span[index];

    public Batch Slice(int start, int count) => new(records.Slice(start, count));
}
