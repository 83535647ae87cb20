using Amazon.S3.Model;

namespace StepExport.Sinks.S3;

/// <summary>How far the upload of one object has come, so that the next attempt goes on there.</summary>
internal sealed class ObjectUpload
{
    /// <summary>The store has the object.</summary>
    public bool Done { get; set; }

    /// <summary>The multipart upload under way; null when there is none.</summary>
    public string? Id { get; private set; }

    /// <summary>What the store said to each part; null for those that it has not got.</summary>
    public PartETag?[] Parts { get; private set; } = [];

    /// <summary>A multipart upload of this key may be open whose id nobody knows, of a killed run or of this one.</summary>
    public bool MayHaveOrphan { get; set; }

    /// <summary>This run asked for a multipart upload and never heard its id.</summary>
    public bool AnswerLost { get; set; }

    public void Begin(string id, int parts) => (Id, Parts) = (id, new PartETag?[parts]);

    public void Forget() => (Id, Parts) = (null, []);
}
