using System.Globalization;
using IOFile = System.IO.File;
using IOPath = System.IO.Path;

namespace StepExport.Sinks.File;

/// <summary>Names of finished files: <c>detections.ndjson</c> becomes <c>detections-20260722T135054Z-000000000123.ndjson</c>.</summary>
internal static class RotatedName
{
    /// <param name="path">The file that is written to.</param>
    /// <param name="rotatedAt">When it was finished.</param>
    /// <param name="nextSequence">Journal sequence that the following file begins with.</param>
    /// <returns>A path in the same folder that does not exist yet.</returns>
    public static string Choose(string path, DateTimeOffset rotatedAt, long nextSequence)
    {
        var stem = string.Create(
            CultureInfo.InvariantCulture,
            $"{IOPath.GetFileNameWithoutExtension(path)}-{rotatedAt.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}-{nextSequence:D12}");
        var folder = IOPath.GetDirectoryName(path)!;
        var extension = IOPath.GetExtension(path);
        var candidate = IOPath.Combine(folder, stem + extension);
        for (var n = 2; IOFile.Exists(candidate); n++) candidate = IOPath.Combine(folder, $"{stem}-{n}{extension}");
        return candidate;
    }
}
