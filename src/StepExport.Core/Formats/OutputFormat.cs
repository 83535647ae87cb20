namespace StepExport.Core.Formats;

/// <summary>What a sink emits of a record.</summary>
internal enum OutputFormat
{
    /// <summary>The OCSF finding.</summary>
    Ocsf,

    /// <summary>The finding in the Elastic Common Schema.</summary>
    Ecs,

    /// <summary>The finding as flat fields with the names of Splunk's Common Information Model.</summary>
    Cim,

    /// <summary>The detection itself, as received and then redacted.</summary>
    Raw,
}

/// <summary>Text form of <see cref="OutputFormat"/>, e.g. <c>ecs</c>.</summary>
internal static class OutputFormats
{
    public const string Ocsf = "ocsf";
    public const string Ecs = "ecs";
    public const string Cim = "cim";
    public const string Raw = "raw";

    /// <summary>Every text that <see cref="Parse"/> knows.</summary>
    public static IReadOnlyList<string> Texts { get; } = [Ocsf, Ecs, Cim, Raw];

    public static string ToText(this OutputFormat format) => Texts[(int)format];

    /// <exception cref="FormatException">The text is none of <see cref="Texts"/>.</exception>
    public static OutputFormat Parse(string text)
    {
        for (var i = 0; i < Texts.Count; i++)
        {
            if (Texts[i] == text) return (OutputFormat)i;
        }

        throw new FormatException($"'{text}' is not a format; write one of {string.Join(", ", Texts)}");
    }
}
