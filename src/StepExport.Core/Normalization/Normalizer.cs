using StepExport.Core.Model;
using StepExport.Core.Normalization.Evidence;
using StepExport.Core.Normalization.Redaction;

namespace StepExport.Core.Normalization;

/// <summary>Turns one detection into one OCSF event: finds the mapper of its type, or the generic one.</summary>
internal sealed class Normalizer
{
    /// <summary>No type is called that long; what is, goes by <c>Unknown</c>.</summary>
    private const int LongestType = 256;

    private readonly CompiledType[] _types;
    private readonly CompiledType _generic;

    /// <summary>Types without a mapper whose severity the operator has set.</summary>
    private readonly CompiledType[] _configuredOnly;
    private readonly Redactor? _redactor;
    private readonly bool _includeRaw;

    /// <exception cref="ArgumentException">A pattern of the settings is no regular expression; <see cref="Redactor.Check"/> says so beforehand.</exception>
    public Normalizer(NormalizationSettings settings)
    {
        _includeRaw = settings.IncludeRaw;
        _redactor = settings.Redact ? new Redactor(settings.RedactPatterns) : null;
        _types = [.. DetectionMappers.All.Select(mapper => new CompiledType(mapper, SeverityOf(mapper.Facts)))];
        _generic = new CompiledType(DetectionMappers.Generic, SeverityOf(DetectionMappers.Generic.Facts));
        _configuredOnly =
        [
            .. settings.Severity
                .Where(pair => !_types.Any(type => type.Answers(System.Text.Encoding.UTF8.GetBytes(pair.Key))))
                .Select(pair => new CompiledType(DetectionMappers.Generic, pair.Value, pair.Key)),
        ];

        Severity? SeverityOf(TypeFacts facts) =>
            settings.Severity.TryGetValue(facts.Type, out var severity) ? severity : null;
    }

    /// <summary>Normalizes one JSON object into <paramref name="output"/> . Thread-safe for distinct outputs.</summary>
    /// <param name="json">One complete JSON value, UTF-8.</param>
    /// <param name="receivedAtMs">Stands in for the event time when the detection has no usable timestamp.</param>
    /// <param name="output">Overwritten.</param>
    public NormalizeResult Normalize(ReadOnlyMemory<byte> json, long receivedAtMs, NormalizedDetection output)
    {
        output.Clear();
        var finding = output.Finding;
        var detection = finding.Detection;
        if ((detection.Load(json.Span) ?? detection.WriteUid(output.Uid)) is { } error) return new NormalizeResult(error);
        output.Redactions = _redactor?.Scrub(detection) ?? 0;
        var compiled = TypeOf(finding);
        finding.Begin(compiled, receivedAtMs);
        compiled.Mapper.Map(finding);
        ToolEvidence.WriteLeftOver(finding);
        finding.Write(output.Writer, output.Uid, _includeRaw, redacted: output.Redactions > 0);
        output.Complete();
        return default;
    }

    /// <summary>The type stands in <c>id</c>; in <c>type</c> where <c>id</c> is the incident's own.</summary>
    private CompiledType TypeOf(Finding finding)
    {
        var source = finding.Source;
        var member = source["type"u8];
        if (!member.Text.Span.SequenceEqual("Threat-Intelligence"u8)) member = source["id"u8];
        var type = member.Text;
        if (type.Length is 0 or > LongestType)
        {
            finding.Type = finding.Detection.Begin().Append(_generic.Type).End();
            return _generic;
        }

        foreach (var known in _types)
        {
            if (!known.Answers(type)) continue;
            // Another spelling of the type stays in unmapped.
            if (type.Span.SequenceEqual(known.Type)) member.Take();
            finding.Type = finding.Detection.Begin().Append(known.Type).End();
            return known;
        }

        member.Take();
        finding.Type = type;
        foreach (var configured in _configuredOnly)
        {
            if (configured.Answers(type)) return configured;
        }

        return _generic;
    }
}
