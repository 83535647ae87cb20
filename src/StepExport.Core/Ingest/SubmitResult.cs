namespace StepExport.Core.Ingest;

/// <summary>What became of one request; everything in it is durable.</summary>
/// <param name="Accepted">Detections that are in the journal, <paramref name="Duplicates"/> included.</param>
/// <param name="Duplicates">Those among them that were in the journal before, and are exported once.</param>
/// <param name="Bad">Those in the dead letters, in the order of the request, at most <see cref="Ingress.MaxBadReported"/>.</param>
/// <param name="BadCount">How many there are.</param>
internal sealed record SubmitResult(int Accepted, int Duplicates, IReadOnlyList<BadDetection> Bad, int BadCount);

/// <summary>One detection that was refused.</summary>
/// <param name="Index">Its place among the detections of the request, from 0.</param>
/// <param name="Line">Line of its first byte, from 1.</param>
/// <param name="Offset">Offset of its first byte.</param>
/// <param name="Reason">Why.</param>
internal sealed record BadDetection(int Index, long Line, long Offset, string Reason);
