using Confluent.Kafka;

namespace StepExport.Sinks.Kafka;

/// <summary>What the sink knows of a topic.</summary>
/// <param name="name">Its legal name.</param>
/// <param name="forbidden">Why nothing is written to it; null when records may go there.</param>
internal sealed class KafkaTopic(string name, string? forbidden)
{
    /// <summary>How many "invalid record" in a row, after an acceptance, are blamed on the records; more than the halvings of the largest batch.</summary>
    private const int Credit = 20;

    private int _credit;
    private (int Send, ErrorCode Code) _trouble;

    public string Name => name;

    public string? Forbidden => forbidden;

    /// <summary>Where every record goes, the client choosing the partition.</summary>
    public TopicPartition Anywhere { get; } = new(name, Partition.Any);


    /// <summary>It took records lately: when it calls one invalid, the record is at fault and not the topic's rules.</summary>
    public bool TookSome => _credit > 0;

    /// <summary>What the client said of the whole topic during this send: the other records need not ask again.</summary>
    public ErrorCode? TroubleIn(int send) => _trouble.Send == send ? _trouble.Code : null;

    public void SetTrouble(int send, ErrorCode code) => _trouble = (send, code);

    public void Accepted() => _credit = Credit;

    public void Refused() => _credit--;
}
