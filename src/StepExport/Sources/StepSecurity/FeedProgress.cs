using System.Text;
using System.Text.Json;

namespace StepExport.Sources.StepSecurity;

/// <summary>How far every list is read: the source's checkpoint. Thread-safe.</summary>
internal sealed class FeedProgress
{
    private const int Version = 1;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, FeedMark> _marks = new(StringComparer.Ordinal);

    /// <summary>Of a list that was never read: nothing.</summary>
    public FeedMark this[FeedKey feed]
    {
        get { lock (_lock) return _marks.GetValueOrDefault(feed.ToString()); }
        set { lock (_lock) _marks[feed.ToString()] = value; }
    }

    public byte[] Encode()
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteNumber("version"u8, Version);
            json.WriteStartObject("lists"u8);
            lock (_lock)
            {
                foreach (var (feed, mark) in _marks)
                {
                    json.WriteStartObject(feed);
                    if (mark.NewestMs is { } newest) json.WriteNumber("newest"u8, newest);
                    if (mark.SweptMs is { } swept) json.WriteNumber("swept"u8, swept);
                    json.WriteEndObject();
                }
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    /// <exception cref="IOException">Written by a newer version, or damaged.</exception>
    public static FeedProgress Decode(byte[]? checkpoint)
    {
        var progress = new FeedProgress();
        if (checkpoint is null) return progress;
        try
        {
            using var document = JsonDocument.Parse(checkpoint);
            var version = document.RootElement.GetProperty("version"u8).GetInt32();
            if (version != Version) throw new IOException(FormattableString.Invariant($"stepsecurity checkpoint of version {version}; this program knows {Version}"));
            foreach (var list in document.RootElement.GetProperty("lists"u8).EnumerateObject())
                progress._marks[list.Name] = new(Number(list.Value, "newest"u8), Number(list.Value, "swept"u8));
            return progress;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new IOException($"stepsecurity checkpoint is damaged: {Encoding.UTF8.GetString(checkpoint.AsSpan(0, Math.Min(100, checkpoint.Length)))}", e);
        }
    }

    private static long? Number(JsonElement mark, ReadOnlySpan<byte> name) => mark.TryGetProperty(name, out var value) ? value.GetInt64() : null;
}

/// <summary>How far one list is read.</summary>
/// <param name="NewestMs">Newest detection time when a poll was last complete, milliseconds since 1970; null = nothing was there yet.</param>
/// <param name="SweptMs">When the last complete sweep began.</param>
internal readonly record struct FeedMark(long? NewestMs, long? SweptMs);
