namespace StepExport.Core.Ingest;

/// <summary>A source's way in: normalizes on the caller's thread, completes when durable.</summary>
internal sealed class Ingress
{
}
