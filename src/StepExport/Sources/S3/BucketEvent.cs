using System.Net;
using System.Text.Json;

namespace StepExport.Sources.S3;

/// <summary>One object that a message names.</summary>
/// <param name="Bucket">Where it is.</param>
/// <param name="Key">As listings show it.</param>
/// <param name="ETag">Its content, without quotes; empty when the message does not say.</param>
internal readonly record struct NamedObject(string Bucket, string Key, string ETag);

/// <summary>What S3, SNS and EventBridge write into messages. Pure.</summary>
internal static class BucketEvent
{
    /// <summary>SNS may wrap once; more is nobody's.</summary>
    private const int MostWraps = 2;

    /// <summary>The objects that the message says were created: none for a test event or other events of a bucket; null when it is no such message.</summary>
    public static IReadOnlyList<NamedObject>? Read(string body)
    {
        try
        {
            return Read(body, MostWraps);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            // No JSON, a member missing, or of another kind
            return null;
        }
    }

    private static List<NamedObject>? Read(string body, int wraps)
    {
        using var json = JsonDocument.Parse(body);
        var root = json.RootElement;
        if (root.TryGetProperty("Records", out var records)) return FromS3(records);
        if (root.TryGetProperty("detail-type", out var type)) return FromEventBridge(root, type.GetString());
        if (root.TryGetProperty("Event", out var name) && name.GetString() == "s3:TestEvent") return [];
        return wraps > 0 && root.TryGetProperty("Message", out var inner) ? Read(inner.GetString() ?? "", wraps - 1) : null;
    }

    private static List<NamedObject>? FromS3(JsonElement records)
    {
        var named = new List<NamedObject>();
        foreach (var record in records.EnumerateArray())
        {
            if (!record.TryGetProperty("s3", out var s3)) return null;
            var isCreation = record.GetProperty("eventName").GetString() is { } name
                && (name.StartsWith("ObjectCreated:", StringComparison.Ordinal) || name.StartsWith("s3:ObjectCreated:", StringComparison.Ordinal));
            // Written as in the query of an address, a space as a plus
            if (isCreation) named.Add(Named(s3, "eTag", WebUtility.UrlDecode));
        }

        return named;
    }

    private static List<NamedObject>? FromEventBridge(JsonElement root, string? type)
    {
        if (root.GetProperty("source").GetString() != "aws.s3") return null;
        return type == "Object Created" ? [Named(root.GetProperty("detail"), "etag", key => key)] : [];
    }

    private static NamedObject Named(JsonElement event_, string tagName, Func<string, string> decode)
    {
        var found = event_.GetProperty("object");
        var (bucket, key) = (event_.GetProperty("bucket").GetProperty("name").GetString(), found.GetProperty("key").GetString());
        if (string.IsNullOrEmpty(bucket) || string.IsNullOrEmpty(key)) throw new JsonException("no bucket or key");
        var tag = found.TryGetProperty(tagName, out var text) ? text.GetString() : null;
        return new(bucket, decode(key), tag?.Trim('"') ?? "");
    }
}
