using System.Text;
using System.Text.Json.Nodes;

namespace StepExport.Benchmarks;

/// <summary>The detections in <c>config/samples</c>, compact.</summary>
internal static class SampleDetections
{
    public static byte[][] Read()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "StepExport.sln"))) folder = folder.Parent;
        return [.. Directory.GetFiles(Path.Combine(folder!.FullName, "config", "samples"), "*.json").Select(Compact)];
    }

    private static byte[] Compact(string file) => Encoding.UTF8.GetBytes(JsonNode.Parse(File.ReadAllText(file))!.ToJsonString());
}
