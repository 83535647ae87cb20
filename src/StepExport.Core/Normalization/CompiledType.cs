using System.Text;
using StepExport.Core.Model;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Normalization;

/// <summary>A mapper with its constant output made into bytes once.</summary>
/// <param name="mapper">The mapper.</param>
/// <param name="configuredSeverity">The operator's severity for the type, if there is one.</param>
/// <param name="type">The type it answers to, when it is not the mapper's own.</param>
internal sealed class CompiledType(IDetectionMapper mapper, Severity? configuredSeverity, string? type = null)
{
    public IDetectionMapper Mapper => mapper;

    /// <summary>The operator's severity, which stands above what the mapper says.</summary>
    public Severity? ConfiguredSeverity => configuredSeverity;

    public byte[] Type { get; } = Utf8(type ?? mapper.Facts.Type);

    public byte[] Title { get; } = Utf8(mapper.Facts.Title);

    public byte[] PolicyName { get; } = Utf8(mapper.Facts.Policy ?? string.Empty);

    /// <summary>Member <c>policy</c>, or nothing.</summary>
    public byte[] Policy { get; } = mapper.Facts.Policy is not { } policy ? [] : OcsfWriter.Fragment(w =>
    {
        w.Object("policy"u8);
        w.String("name"u8, Utf8(policy));
        w.Flag("is_applied"u8, true);
        w.String("type"u8, "StepSecurity policy"u8);
        w.EndObject();
    });

    public byte[] Provenance { get; } = OcsfWriter.Fragment(w =>
    {
        w.String("log_provider"u8, "StepSecurity"u8);
        w.String("log_name"u8, "detections"u8);
        w.String("log_format"u8, "JSON"u8);
        w.Object("product"u8);
        w.String("name"u8, "Harden-Runner"u8);
        w.String("vendor_name"u8, "StepSecurity"u8);
        w.Object("feature"u8);
        w.String("name"u8, Utf8(mapper.Facts.Feature));
        w.EndObject();
        w.EndObject();
    });

    /// <summary><c>finding_info.types</c> and <c>data_sources</c>.</summary>
    public byte[] FindingTypes { get; } = OcsfWriter.Fragment(w =>
    {
        w.Array("types"u8);
        foreach (var type in mapper.Facts.Types) w.String(Utf8(type));
        w.EndArray();
        w.Array("data_sources"u8);
        w.String("StepSecurity Harden-Runner"u8);
        w.EndArray();
    });

    /// <summary>The members of <c>finding_info.analytic</c> but <c>uid</c> and <c>name</c>.</summary>
    public byte[] Analytic { get; } = OcsfWriter.Fragment(w =>
    {
        w.Raw(Captions.OfAnalytic(mapper.Facts.Analytic));
        w.String("category"u8, Utf8(mapper.Facts.Family));
    });

    public byte[] Remediation { get; } = OcsfWriter.Fragment(w =>
    {
        w.Object("remediation"u8);
        w.String("desc"u8, Utf8(mapper.Facts.Remediation));
        w.EndObject();
    });

    public bool Answers(ReadOnlySpan<byte> type)
    {
        if (type.SequenceEqual(Type)) return true;
        foreach (var alias in _aliases)
        {
            if (type.SequenceEqual(alias)) return true;
        }

        return false;
    }

    private readonly byte[][] _aliases = [.. mapper.Facts.Aliases.Select(Utf8)];

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
