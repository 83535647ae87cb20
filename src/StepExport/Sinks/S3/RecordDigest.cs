using System.Buffers.Binary;
using System.Security.Cryptography;
using StepExport.Core.Model;

namespace StepExport.Sinks.S3;

/// <summary>Tells objects with the same sequences but other records apart: SHA-256 over sequence, uid and rendered length of each.</summary>
internal sealed class RecordDigest : IDisposable
{
    private const int EntryBytes = sizeof(long) + RecordHeader.UidLength + sizeof(int);

    /// <summary>A call of the hash is dear, so it gets this many records at a time.</summary>
    private const int Entries = 64;

    private const int DigestBytes = 8;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _pending = new byte[Entries * EntryBytes];
    private int _length;

    public void Add(in ExportRecord record, int renderedLength)
    {
        var entry = _pending.AsSpan(_length, EntryBytes);
        BinaryPrimitives.WriteInt64LittleEndian(entry, record.Sequence);
        record.Uid.CopyTo(entry[sizeof(long)..]);
        BinaryPrimitives.WriteInt32LittleEndian(entry[^sizeof(int)..], renderedLength);
        _length += EntryBytes;
        if (_length == _pending.Length) Feed();
    }

    /// <summary>The first 8 bytes, hexadecimal.</summary>
    public string Complete()
    {
        Feed();
        return Convert.ToHexStringLower(_hash.GetHashAndReset().AsSpan(0, DigestBytes));
    }

    public void Dispose() => _hash.Dispose();

    private void Feed()
    {
        _hash.AppendData(_pending, 0, _length);
        _length = 0;
    }
}
