using StepExport.Core.Delivery;
using StepExport.Core.Model;

namespace StepExport.Sinks.SplunkHec;

/// <summary>One token: which records go out with it, and what its events look like. Thread-safe.</summary>
/// <param name="name">Where the token stands in the configuration: <c>token</c>, <c>tokens[0]</c>.</param>
/// <param name="where">The records that it takes.</param>
/// <param name="token">Read at the first request.</param>
/// <param name="encoder">Makes the bodies.</param>
/// <param name="indexes">Knows which index an event goes to.</param>
/// <param name="acknowledgement">When a batch with this token counts as delivered.</param>
internal sealed class HecRoute(
    string name, RecordFilter where, HecToken token, IHecEncoder encoder, HecIndexes indexes, HecAcknowledgement acknowledgement)
{
    public string Name => name;

    public HecToken Token => token;

    public HecAcknowledgement Acknowledgement => acknowledgement;

    /// <summary>Records of this route may need requests of their own; <see cref="Target"/> tells them apart.</summary>
    public bool TargetVaries => encoder.TargetVaries;

    public bool Takes(in ExportRecord record) => where.Accepts(record);

    /// <summary>Path and query of the request that this record belongs into; null = the event endpoint.</summary>
    public string? Target(in ExportRecord record) => encoder.Target(record);

    /// <summary>Puts the whole batch into the body.</summary>
    /// <param name="batch">Records with the same <see cref="Target"/>; at least one.</param>
    /// <param name="body">Gets them.</param>
    /// <returns>What is in it, to be handed to <see cref="HecAnswers.Read"/>.</returns>
    public HecRequest Encode(Batch batch, HecBody body)
    {
        encoder.Encode(batch, body);
        return new(batch.Count, body.PlainBytes, indexes.IsGood)
        {
            IndexVaries = indexes.Varies,
            IsRaw = encoder.IsRaw,
            Target = encoder.Target(batch[0]),
        };
    }

    /// <summary>Takes from an answer what concerns the following requests, and settles what only the batch can tell.</summary>
    public HecVerdict Learn(HecVerdict verdict, Batch batch) => indexes.Learn(verdict, batch);
}

/// <summary>Makes request bodies. Thread-safe.</summary>
internal interface IHecEncoder
{
    /// <summary>For the raw endpoint, where a refusal cannot name an event.</summary>
    bool IsRaw { get; }

    /// <summary>The records of a batch may need different addresses.</summary>
    bool TargetVaries { get; }

    /// <summary>Appends every record of the batch to the body.</summary>
    void Encode(Batch batch, HecBody body);

    /// <summary>Path and query of the request for this record; null = the event endpoint.</summary>
    string? Target(in ExportRecord record);
}
