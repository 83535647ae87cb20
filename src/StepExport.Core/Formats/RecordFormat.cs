using System.Buffers;
using StepExport.Core.Formats.Cim;
using StepExport.Core.Formats.Ecs;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Formats;

/// <summary>Turns the journal's OCSF 1.8.0 bytes into what one sink is configured to emit. Stateless, thread-safe.</summary>
/// <param name="format">What to emit.</param>
/// <param name="version">Schema version, for <see cref="OutputFormat.Ocsf"/>.</param>
internal sealed class RecordFormat(OutputFormat format, OcsfVersion version = OcsfVersion.V1_8_0)
{
    private readonly OlderVersion? _older = version == OcsfVersion.V1_8_0 ? null : new OlderVersion(version);

    /// <summary>The OCSF finding in that schema version.</summary>
    public RecordFormat(OcsfVersion version)
        : this(OutputFormat.Ocsf, version)
    {
    }

    public static RecordFormat Default { get; } = new(OutputFormat.Ocsf);

    public OutputFormat Format => format;

    /// <summary>The bytes to emit, compact JSON without a line feed: <paramref name="body"/> itself for OCSF 1.8.0, else bytes written
    /// into <paramref name="scratch"/> (which is cleared first and must not be touched while the result is in use).</summary>
    public ReadOnlySpan<byte> Render(ReadOnlySpan<byte> body, ArrayBufferWriter<byte> scratch)
    {
        if (format == OutputFormat.Ocsf && _older is null) return body;
        scratch.ResetWrittenCount();
        return format switch
        {
            OutputFormat.Ecs => EcsEvent.Write(body, scratch),
            OutputFormat.Cim => CimEvent.Write(body, scratch),
            OutputFormat.Raw => RawText.Write(body, scratch),
            _ => VersionRewriter.Rewrite(_older!, body, scratch),
        };
    }
}
