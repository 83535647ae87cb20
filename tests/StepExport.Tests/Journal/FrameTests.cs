using System.Text;
using FsCheck;
using FsCheck.Fluent;
using StepExport.Core.Journal;
using StepExport.Testing.Journal;

namespace StepExport.Tests.Journal;

public sealed class FrameTests
{
    [Fact]
    public void The_checksum_is_the_known_CRC_32C()
    {
        Assert.Equal(0xE3069283u, Crc32C.Of("123456789"u8));
        Assert.Equal(0x8A9136AAu, Crc32C.Of(new byte[32]));
        var pieces = Crc32C.Append(Crc32C.Append(Crc32C.Start, "1234"u8), "56789"u8);
        Assert.Equal(0xE3069283u, Crc32C.Finish(pieces));
    }

    [Theory]
    [InlineData(3071)]
    [InlineData(3072)]
    [InlineData(3 * 3072 + 13)]
    public void The_lanes_of_a_long_input_give_what_its_single_bytes_give(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        var single = bytes.Aggregate(Crc32C.Start, (running, b) => Crc32C.Append(running, [b]));
        Assert.Equal(Crc32C.Finish(single), Crc32C.Of(bytes));
    }

    [Fact]
    public void Any_submissions_come_back_from_the_bytes_of_their_group()
    {
        Prop.ForAll<byte[][][], NonEmptyArray<byte>, PositiveInt>((contents, checkpoint, start) =>
        {
            var group = new FrameGroup();
            foreach (var (bodies, i) in contents.Select((bodies, i) => (bodies, i)))
            {
                var submission = new Submission();
                foreach (var body in bodies) Submissions.Add(submission, body);
                if (i % 2 == 0) submission.MoveCheckpoint($"source {i}", checkpoint.Get);
                group.Add(new(submission, withKeys: false, default));
            }

            var disk = new FaultyStorage();
            using var file = disk.Create("a");
            var buffers = group.Encode(segment: 7, firstSequence: start.Get, appendedAtMs: 42, durablePosition: 0);
            file.Write(buffers, 0);
            Assert.Equal(group.Bytes, file.Length);
            Verify(contents, checkpoint.Get, start.Get, file);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void No_flipped_bit_goes_unnoticed()
    {
        var group = new FrameGroup();
        group.Add(new(Submissions.Of(["some record"], "files", "offset"), withKeys: false, default));
        var bytes = group.Encode(1, 1, 1, 0).SelectMany(buffer => buffer.ToArray()).ToArray();
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            using var file = new FaultyStorage().Create("a");
            file.Write([bytes], 0);
            using var scanner = new FrameScanner(file, 1);
            Assert.NotEqual(FrameState.Good, scanner.Read(0, bytes.Length));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void A_frame_is_found_behind_any_rubbish_even_where_two_reads_meet()
    {
        var group = new FrameGroup();
        group.Add(new(Submissions.Of("a"), withKeys: false, default));
        var frame = group.Encode(1, 1, 1, 0).SelectMany(buffer => buffer.ToArray()).ToArray();
        for (var before = 256 * 1024 - 70; before < 256 * 1024 + 10; before++)
        {
            using var file = new FaultyStorage().Create("a");
            file.Write([new byte[before], FrameHeader.Magic.ToArray(), frame], 0);
            using var scanner = new FrameScanner(file, 1);
            Assert.Equal(FrameState.BadHeader, scanner.Read(0, file.Length));
            Assert.Equal(before + 4, scanner.Skip(FrameState.BadHeader, 0, file.Length));
        }
    }

    private static void Verify(byte[][][] contents, byte[] checkpoint, long sequence, IJournalFile file)
    {
        using var scanner = new FrameScanner(file, 7);
        var position = 0L;
        foreach (var (bodies, i) in contents.Select((bodies, i) => (bodies, i)))
        {
            Assert.Equal(FrameState.Good, scanner.Read(position, file.Length));
            Assert.Equal((sequence, bodies.Length, 42), (scanner.Header.FirstSequence, scanner.Header.RecordCount, scanner.Header.AppendedAtMs));
            using var expected = new Submission();
            foreach (var body in bodies) Submissions.Add(expected, body);
            Assert.True(expected.Payload.Span.SequenceEqual(scanner.Payload.Span));
            Assert.Equal(i % 2 == 0 ? $"source {i}" : "", Encoding.UTF8.GetString(scanner.Key));
            Assert.Equal(i % 2 == 0 ? checkpoint : [], scanner.Checkpoint.ToArray());
            sequence += bodies.Length;
            position += scanner.Header.FrameLength;
        }

        Assert.Equal(FrameState.End, scanner.Read(position, file.Length));
    }
}
