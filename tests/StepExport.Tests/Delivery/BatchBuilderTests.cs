using System.Text;
using FsCheck;
using FsCheck.Fluent;
using StepExport.Core.Delivery;
using StepExport.Testing.Delivery;

namespace StepExport.Tests.Delivery;

public sealed class BatchBuilderTests
{
    [Fact]
    public void Is_full_at_the_number_of_records()
    {
        var builder = new BatchBuilder(1_000_000, maxEvents: 2);
        builder.Add(new SomeRecord(1).Encode(1));
        Assert.False(builder.IsFull);
        builder.Add(new SomeRecord(2).Encode(2));
        Assert.True(builder.IsFull);
        Assert.False(builder.HasRoomFor(new SomeRecord(3).Encode(3)));
    }

    [Fact]
    public void Has_no_room_for_a_record_that_would_exceed_the_bytes()
    {
        var record = new SomeRecord(1).Encode(1);
        var builder = new BatchBuilder(2 * record.Encoded.Length, 1000);
        builder.Add(record);
        Assert.True(builder.HasRoomFor(record));
        Assert.False(builder.HasRoomFor(new SomeRecord(2) { Padding = 1 }.Encode(2)));
    }

    [Fact]
    public void A_record_larger_than_a_batch_goes_alone()
    {
        var builder = new BatchBuilder(100, 1000);
        var record = new SomeRecord(1) { Padding = 1000 }.Encode(1);
        Assert.True(builder.HasRoomFor(record));
        builder.Add(record);
        Assert.True(builder.IsFull);
    }

    [Fact]
    public void Records_are_copied_whole_however_the_buffer_grows()
    {
        Prop.ForAll<PositiveInt[]>(paddings =>
        {
            var builder = new BatchBuilder(long.MaxValue, int.MaxValue);
            for (var round = 0; round < 2; round++)
            {
                var records = paddings.Select((p, i) => new SomeRecord(i) { Padding = p.Get * 997 % 40_000 }.Encode(i + 1, i * 10)).ToArray();
                foreach (var record in records)
                {
                    var borrowed = record.Encoded.ToArray();
                    builder.Add(new(record.Sequence, record.AppendedAtMs, borrowed));
                    Array.Clear(borrowed);
                }

                if (records.Length == 0) return true;
                var batch = builder.Build(new(1, 1));
                var copies = batch.Slice(0, batch.Count);
                for (var i = 0; i < records.Length; i++)
                {
                    if (!copies[i].Encoded.Span.SequenceEqual(records[i].Encoded.Span) || copies[i].Sequence != i + 1 || copies[i].AppendedAtMs != i * 10) return false;
                }

                batch.Release();
            }

            return builder.Count == 0;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Only_records_to_be_sent_again_are_kept_in_their_order()
    {
        var builder = new BatchBuilder(1_000_000, 1000);
        for (var i = 1; i <= 6; i++) builder.Add(new SomeRecord(i).Encode(i));
        var batch = builder.Build(new(1, 1));

        var kept = batch.KeepRetried(1, [RecordOutcome.Delivered, RecordOutcome.Retry, RecordOutcome.Rejected, RecordOutcome.Retry]);

        Assert.Equal(2, kept);
        Assert.Equal([3, 5], batch.Slice(1, kept).Records.ToArray().Select(r => r.Sequence));
        Assert.Equal(new SomeRecord(5).Body, Encoding.UTF8.GetString(batch.Slice(1, kept)[1].Body.Span));
    }
}
