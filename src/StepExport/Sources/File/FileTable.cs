using System.Text;
using StepExport.Core.Ingest;

namespace StepExport.Sources.File;

/// <summary>What is known of the files that are there: the source's checkpoint. About 100 bytes per file; a file that is gone is forgotten.</summary>
internal sealed class FileTable
{
    private const byte Version = 1;
    private readonly List<FileState> _states = [];
    private readonly Dictionary<string, FileState> _byPath = new(StringComparer.Ordinal);

    public IReadOnlyList<FileState> States => _states;

    public FileState? At(string path) => _byPath.GetValueOrDefault(path);

    /// <summary>The state of the file with this inode and beginning, whatever its name.</summary>
    public FileState? Find(ulong inode, ReadOnlySpan<byte> head)
    {
        foreach (var state in _states)
        {
            if (state.Identity.Inode == inode && state.Identity.Begins(head)) return state;
        }

        return null;
    }

    /// <summary>States of other files that begin like this one and are long enough for that to mean something.</summary>
    public FileState? FindCopied(ReadOnlySpan<byte> head, Func<FileState, bool> isGone)
    {
        foreach (var state in _states)
        {
            if (state.Identity.Length >= FileIdentity.LeastTelling && state.Identity.Begins(head) && isGone(state)) return state;
        }

        return null;
    }

    /// <summary>Notes that the file is at this path now.</summary>
    public void Place(FileState state, string path)
    {
        if (!_states.Contains(state)) _states.Add(state);
        if (At(state.Path) == state) _byPath.Remove(state.Path);
        state.Path = path;
        _byPath[path] = state;
    }

    /// <summary>Forgets the files that were not there in this round.</summary>
    public int ForgetBefore(long round)
    {
        foreach (var gone in _states.Where(state => state.Round < round && At(state.Path) == state)) _byPath.Remove(gone.Path);
        return _states.RemoveAll(state => state.Round < round);
    }

    public byte[] Encode()
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(Version);
        writer.Write7BitEncodedInt(_states.Count);
        foreach (var state in _states)
        {
            writer.Write(state.Path);
            writer.Write(state.Identity.Inode);
            writer.Write7BitEncodedInt(state.Identity.Length);
            writer.Write(state.Identity.Hash);
            writer.Write7BitEncodedInt64(state.Position.Offset);
            writer.Write7BitEncodedInt64(state.Position.Line);
            writer.Write((byte)state.Position.Container);
            writer.Write((byte)state.Position.Expected);
            writer.Write7BitEncodedInt(state.Position.Indent + 1);
        }

        writer.Flush();
        return bytes.ToArray();
    }

    /// <exception cref="IOException">Written by a newer version, or damaged.</exception>
    public static FileTable Decode(byte[]? checkpoint)
    {
        var table = new FileTable();
        if (checkpoint is null) return table;
        using var reader = new BinaryReader(new MemoryStream(checkpoint), Encoding.UTF8);
        if (reader.ReadByte() != Version) throw new IOException($"file checkpoint of version {checkpoint[0]}; this program knows {Version}");
        try
        {
            for (var count = reader.Read7BitEncodedInt(); count > 0; count--) table.Add(Read(reader));
        }
        catch (FormatException e)
        {
            throw new IOException("file checkpoint is damaged", e);
        }

        return table;
    }

    private static FileState Read(BinaryReader reader) => new()
    {
        Path = reader.ReadString(),
        Identity = new(reader.ReadUInt64(), reader.Read7BitEncodedInt(), reader.ReadUInt64()),
        Position = new(
            reader.Read7BitEncodedInt64(),
            reader.Read7BitEncodedInt64(),
            (SplitContainer)reader.ReadByte(),
            (SplitExpected)reader.ReadByte(),
            reader.Read7BitEncodedInt() - 1),
    };

    private void Add(FileState state)
    {
        _states.Add(state);
        _byPath[state.Path] = state;
    }
}
