using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using StepExport.Core.Formats;
using StepExport.Core.Normalization;
using StepExport.Tests.Normalization;

namespace StepExport.Tests.Formats;

/// <summary>Detections in a format, the way a test wants to read them.</summary>
internal static class Rendered
{
    public static string Text(OutputFormat format, ReadOnlySpan<byte> body)
    {
        var text = Encoding.UTF8.GetString(new RecordFormat(format).Render(body, new ArrayBufferWriter<byte>()));
        Assert.DoesNotContain('\n', text);
        return text;
    }

    /// <summary>The golden input of that name, or the JSON itself.</summary>
    public static string Text(OutputFormat format, string detection, NormalizationSettings? settings = null)
    {
        if (!detection.StartsWith('{')) detection = File.ReadAllText(Path.Combine(ProjectFiles.Golden, detection + ".input.json"));
        settings ??= new NormalizationSettings { IncludeRaw = format == OutputFormat.Raw };
        return Text(format, Normalized.Of(detection, settings).Body.WrittenSpan);
    }

    /// <summary>Refuses names that come twice, as JSON readers take the one or the other.</summary>
    public static JsonObject Object(OutputFormat format, string detection, NormalizationSettings? settings = null) =>
        JsonNode.Parse(Text(format, detection, settings), documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false })!.AsObject();

    public static JsonObject Ecs(string detection, NormalizationSettings? settings = null) => Object(OutputFormat.Ecs, detection, settings);

    public static JsonObject Cim(string detection, NormalizationSettings? settings = null) => Object(OutputFormat.Cim, detection, settings);

    /// <summary>The value below names that are joined by dots.</summary>
    public static JsonNode? At(this JsonNode node, string path) => path.Split('.').Aggregate((JsonNode?)node, (at, name) => at?[name]);

    public static string? TextAt(this JsonNode node, string path) => node.At(path)?.GetValue<string>();
}
