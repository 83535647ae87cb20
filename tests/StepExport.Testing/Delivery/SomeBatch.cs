using StepExport.Core.Delivery;

namespace StepExport.Testing.Delivery;

/// <summary>Batches without a journal.</summary>
internal static class SomeBatch
{
    /// <summary>Records with these numbers; their sequence is the number.</summary>
    public static Batch Of(params int[] numbers) => Of(numbers.Select(n => new SomeRecord(n)));

    public static Batch Of(IEnumerable<SomeRecord> records) => new(records.Select(r => r.Encode(r.Number)).ToArray());

    public static Batch Range(int first, int count) => Of([.. Enumerable.Range(first, count)]);
}
