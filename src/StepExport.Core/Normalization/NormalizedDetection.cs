using System.Buffers;
using StepExport.Core.Model;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Normalization;

/// <summary>Holder of one normalized detection, reused from call to call: the header's values and the OCSF body.</summary>
internal sealed class NormalizedDetection
{
    private readonly byte[] _uid = new byte[RecordHeader.UidLength];

    public NormalizedDetection() => Writer = new OcsfWriter(Body);

    public long TimeMs { get; set; }

    public Severity Severity { get; set; }

    public FindingStatus Status { get; set; }

    public Span<byte> Uid => _uid;

    /// <summary>Detection type, UTF-8.</summary>
    public ReadOnlyMemory<byte> Type { get; set; }

    /// <summary>owner/repo, UTF-8.</summary>
    public ReadOnlyMemory<byte> Repository { get; set; }

    /// <summary>The OCSF event.</summary>
    public ArrayBufferWriter<byte> Body { get; } = new(16 * 1024);

    /// <summary>Credentials scrubbed.</summary>
    public int Redactions { get; set; }

    public RecordHeader Header => new()
    {
        TimeMs = TimeMs,
        Severity = Severity,
        Status = Status,
        Uid = _uid,
        Type = Type.Span,
        Repository = Repository.Span,
    };

    /// <summary>The working memory of the normalizer; it is here so that threads do not share it.</summary>
    internal Finding Finding { get; } = new();

    internal OcsfWriter Writer { get; }

    internal void Clear()
    {
        Writer.Clear();
        Redactions = 0;
    }

    /// <summary>Takes the header's values from the finding that was written.</summary>
    internal void Complete()
    {
        Writer.Flush();
        TimeMs = Finding.TimeMs;
        Severity = Finding.Severity;
        Status = Finding.Status;
        Type = Finding.Type.Memory;
        Repository = Finding.Repository.Memory;
    }
}
