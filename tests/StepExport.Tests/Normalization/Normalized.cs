using System.Text;
using System.Text.Json.Nodes;
using StepExport.Core.Normalization;

namespace StepExport.Tests.Normalization;

/// <summary>Runs the normalizer the way a test wants to read it.</summary>
internal static class Normalized
{
    public const long ReceivedAtMs = 1_753_204_099_000;

    public static NormalizedDetection Of(string json, NormalizationSettings? settings = null)
    {
        var output = new NormalizedDetection();
        var result = new Normalizer(settings ?? new NormalizationSettings()).Normalize(Encoding.UTF8.GetBytes(json), ReceivedAtMs, output);
        Assert.True(result.Ok, result.Error);
        return output;
    }

    public static JsonNode Event(string json, NormalizationSettings? settings = null) =>
        JsonNode.Parse(Of(json, settings).Body.WrittenSpan)!;

    public static string? Error(ReadOnlyMemory<byte> json) =>
        new Normalizer(new NormalizationSettings()).Normalize(json, ReceivedAtMs, new NormalizedDetection()).Error;

    public static string? Error(string json) => Error(Encoding.UTF8.GetBytes(json));

    public static string Uid(string json) => Convert.ToHexStringLower(Of(json).Uid);
}
