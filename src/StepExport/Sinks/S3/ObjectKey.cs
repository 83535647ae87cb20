using System.Globalization;
using System.Text;
using StepExport.Core.Model;

namespace StepExport.Sinks.S3;

/// <summary>Names of objects: <c>{prefix}/{partition}/{sink}-{first}-{last}-{digest}.jsonl.gz</c>.</summary>
/// <remarks>
/// A pure function of the object's records: positions in the journal, padded so that names sort in its order, and a digest over the
/// records. The same records have the same key in every attempt and after every crash, and an object with other content (a restored
/// backup, another data directory, a changed filter) has another one.
/// </remarks>
internal sealed class ObjectKey
{
    /// <summary>S3's limit, bytes.</summary>
    private const int LongestKey = 1024;

    /// <summary>What comes behind the folder at most: slash, sink (64), dash, two sequences (19) with dashes, digest (16), suffix.</summary>
    private const int LongestName = 1 + 64 + 1 + 19 + 1 + 19 + 1 + 16 + 9;

    private readonly RecordTemplate _folder;
    private readonly string _sink;
    private readonly string _suffix;

    private ObjectKey(RecordTemplate folder, string sink, string suffix) => (_folder, _sink, _suffix) = (folder, sink, suffix);

    /// <summary>Most bytes of a folder.</summary>
    public int LongestFolder => _folder.MaxLength;

    /// <exception cref="ArgumentException">The configuration has not passed <see cref="Problem"/>.</exception>
    public static ObjectKey Create(string sink, S3Config config)
    {
        var folder = Join(config.Prefix, config.Partition);
        if (!RecordTemplate.TryParse(folder, out var template, out var problem)) throw new ArgumentException(problem, nameof(config));
        return new(template, sink, config.Compression == "gzip" ? ".jsonl.gz" : ".jsonl");
    }

    /// <summary>What is wrong with a prefix or partition by itself, or null.</summary>
    public static string? Problem(string template)
    {
        if (!RecordTemplate.TryParse(template, out _, out var problem)) return problem;
        if (template.StartsWith('/')) return "begins with a slash, which would make a folder without a name: leave it out";
        if (template.Any(char.IsControl)) return "has a control character in it: leave it out";
        if (template.TrimEnd('/').Length < template.Length - 1 || template.Contains("//", StringComparison.Ordinal)) return "has '//' in it, a folder without a name: write one slash";
        if (template.Split('/').Any(part => part is "." or "..")) return "has a part '.' or '..' in it, which many tools cannot read: leave it out";
        return null;
    }

    /// <summary>What is wrong with both together, or null.</summary>
    public static string? TooLong(S3Config config) =>
        RecordTemplate.TryParse(Join(config.Prefix, config.Partition), out var folder, out _) && folder.MaxLength + LongestName > LongestKey
            ? FormattableString.Invariant($"with {RecordTemplate.LongestValue} characters per placeholder keys could have {folder.MaxLength + LongestName} bytes, S3 allows {LongestKey}: shorten prefix or partition")
            : null;

    /// <summary>Writes the folder that the record belongs to; at most <see cref="LongestFolder"/> bytes.</summary>
    public int RenderFolder(in ExportRecord record, Span<byte> destination) => _folder.Render(record, destination);

    /// <summary>The key of an object that is complete.</summary>
    /// <param name="folder">From <see cref="RenderFolder"/>.</param>
    /// <param name="first">Journal sequence of its first record.</param>
    /// <param name="last">Journal sequence of its last record.</param>
    /// <param name="digest">From <see cref="RecordDigest"/>, hexadecimal.</param>
    public string Of(ReadOnlySpan<byte> folder, long first, long last, string digest)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{_sink}-{first:D19}-{last:D19}-{digest}{_suffix}");
        return folder.IsEmpty ? name : $"{Encoding.UTF8.GetString(folder)}/{name}";
    }

    private static string Join(string prefix, string partition)
    {
        (prefix, partition) = (prefix.TrimEnd('/'), partition.TrimEnd('/'));
        return prefix.Length == 0 ? partition : partition.Length == 0 ? prefix : $"{prefix}/{partition}";
    }
}
