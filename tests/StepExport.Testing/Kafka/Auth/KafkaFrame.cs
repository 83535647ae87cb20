using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace StepExport.Testing.Kafka.Auth;

/// <summary>One request of the Kafka protocol, read up to the fields that a test needs.</summary>
internal sealed class KafkaRequest(byte[] frame)
{
    private int _at = 8;

    public short ApiKey => BinaryPrimitives.ReadInt16BigEndian(frame);

    public short ApiVersion => BinaryPrimitives.ReadInt16BigEndian(frame.AsSpan(2));

    public int CorrelationId => BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(4));

    /// <summary>The next length-prefixed text; the first one is the client id of the header.</summary>
    public string ReadText()
    {
        var length = BinaryPrimitives.ReadInt16BigEndian(frame.AsSpan(_at));
        _at += 2 + Math.Max((short)0, length);
        return length < 0 ? "" : Encoding.UTF8.GetString(frame, _at - length, length);
    }

    public byte[] ReadBytes()
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(_at));
        _at += 4 + length;
        return frame[(_at - length).._at];
    }

    /// <summary>Null at the end of the connection.</summary>
    public static async Task<KafkaRequest?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var size = new byte[4];
        if (await stream.ReadAtLeastAsync(size, 4, throwOnEndOfStream: false, cancellationToken) < 4) return null;
        var frame = new byte[BinaryPrimitives.ReadInt32BigEndian(size)];
        await stream.ReadExactlyAsync(frame, cancellationToken);
        return new(frame);
    }
}

/// <summary>One response of the Kafka protocol; numbers are big-endian.</summary>
internal sealed class KafkaResponse
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public KafkaResponse(int correlationId)
    {
        Int32(0);
        Int32(correlationId);
    }

    public KafkaResponse Byte(byte value)
    {
        _bytes.Write([value]);
        return this;
    }

    public KafkaResponse Int16(short value) => Byte((byte)(value >> 8)).Byte((byte)value);

    public KafkaResponse Int32(int value) => Int16((short)(value >> 16)).Int16((short)value);

    public KafkaResponse Int64(long value) => Int32((int)(value >> 32)).Int32((int)value);

    public KafkaResponse Text(string? value)
    {
        if (value is null) return Int16(-1);
        var bytes = Encoding.UTF8.GetBytes(value);
        Int16((short)bytes.Length);
        _bytes.Write(bytes);
        return this;
    }

    public KafkaResponse Bytes(byte[] value)
    {
        Int32(value.Length);
        _bytes.Write(value);
        return this;
    }

    public async Task SendAsync(Stream stream, CancellationToken cancellationToken)
    {
        var frame = _bytes.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length - 4);
        await stream.WriteAsync(frame, cancellationToken);
    }
}
