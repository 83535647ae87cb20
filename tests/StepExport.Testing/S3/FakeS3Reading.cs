using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Xml.Linq;

namespace StepExport.Testing.S3;

/// <summary>One object of the double.</summary>
internal sealed record StoredObject(string Key, byte[] Bytes, string Tag, DateTimeOffset LastModified);

/// <summary>How S3 lists and hands out objects.</summary>
internal static class FakeS3Reading
{
    private const int MostKeys = 1000;

    /// <summary>ListObjectsV2: prefix, start-after, continuation-token, max-keys, encoding-type.</summary>
    public static XElement List(FakeS3Call call, IEnumerable<StoredObject> objects)
    {
        var prefix = call.Query.GetValueOrDefault("prefix", "");
        var after = call.Query.GetValueOrDefault("continuation-token") ?? call.Query.GetValueOrDefault("start-after") ?? "";
        var most = call.Query.TryGetValue("max-keys", out var wanted) ? int.Parse(wanted, CultureInfo.InvariantCulture) : MostKeys;
        Func<string, string> encode = call.Query.GetValueOrDefault("encoding-type") == "url" ? Uri.EscapeDataString : text => text;
        var rest = objects.Where(o => o.Key.StartsWith(prefix, StringComparison.Ordinal) && Utf8Order.Instance.Compare(o.Key, after) > 0).Take(most + 1).ToList();
        var page = rest.Take(most).ToList();
        return new(
            "ListBucketResult",
            new XElement("IsTruncated", rest.Count > most ? "true" : "false"),
            rest.Count > most ? new XElement("NextContinuationToken", page[^1].Key) : null,
            call.Query.ContainsKey("encoding-type") ? new XElement("EncodingType", "url") : null,
            page.Select(o => new XElement(
                "Contents",
                new XElement("Key", encode(o.Key)),
                new XElement("ETag", o.Tag),
                new XElement("Size", o.Bytes.Length),
                new XElement("LastModified", o.LastModified.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'.000Z'", CultureInfo.InvariantCulture)))));
    }

    /// <summary>GetObject: If-Match and an open range.</summary>
    public static FakeS3Answer Get(FakeS3Call call, StoredObject found)
    {
        if (call.Headers.TryGetValue("If-Match", out var tag) && tag != found.Tag) return FakeS3Answer.Error(412, "PreconditionFailed");
        if (!call.Headers.TryGetValue("Range", out var text)) return new(200, found.Bytes) { Tag = found.Tag };
        var from = (int)RangeHeaderValue.Parse(text).Ranges.Single().From!.Value;
        if (from >= found.Bytes.Length) return FakeS3Answer.Error(416, "InvalidRange");
        var range = FormattableString.Invariant($"bytes {from}-{found.Bytes.Length - 1}/{found.Bytes.Length}");
        return new(206, found.Bytes[from..]) { Tag = found.Tag, Range = range };
    }
}

/// <summary>The order of S3's listings: that of the UTF-8 bytes.</summary>
internal sealed class Utf8Order : IComparer<string>
{
    public static Utf8Order Instance { get; } = new();

    public int Compare(string? x, string? y) => Encoding.UTF8.GetBytes(x!).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y!));
}
