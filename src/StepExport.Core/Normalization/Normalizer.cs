namespace StepExport.Core.Normalization;

/// <summary>Turns one detection into one OCSF event: finds the mapper of its type, or the generic one.</summary>
internal sealed class Normalizer(NormalizationSettings settings)
{
    /// <summary>Normalizes one JSON object into <paramref name="output"/> . Thread-safe for distinct outputs.</summary>
    /// <param name="json">One complete JSON value, UTF-8.</param>
    /// <param name="receivedAtMs">Stands in for the event time when the detection has no usable timestamp.</param>
    /// <param name="output">Overwritten.</param>
    public NormalizeResult Normalize(ReadOnlyMemory<byte> json, long receivedAtMs, NormalizedDetection output) =>
        throw new NotImplementedException($"{settings} {json.Length} {receivedAtMs} {output}");
}
