using System.Buffers;

namespace StepExport.Core.Ocsf;

/// <summary>Turns the journal's OCSF 1.8.0 bytes into what one sink is configured to emit. Stateless, thread-safe.</summary>
internal sealed class RecordFormat(OcsfVersion version)
{
    private readonly OlderVersion? _older = version == OcsfVersion.V1_8_0 ? null : new OlderVersion(version);

    public static RecordFormat Default { get; } = new(OcsfVersion.V1_8_0);

    /// <summary>The bytes to emit: <paramref name="body"/> itself for 1.8.0, else bytes written into <paramref name="scratch"/>
    /// (which is cleared first and must not be touched while the result is in use).</summary>
    public ReadOnlySpan<byte> Render(ReadOnlySpan<byte> body, ArrayBufferWriter<byte> scratch)
    {
        if (_older is null) return body;
        scratch.ResetWrittenCount();
        return VersionRewriter.Rewrite(_older, body, scratch);
    }
}
