namespace StepExport.Core.Ocsf;

/// <summary>Text form of <see cref="OcsfVersion"/>, e.g. <c>1.8.0</c>.</summary>
internal static class OcsfVersions
{
    public const string Default = "1.8.0";

    private static readonly (OcsfVersion Version, string Text)[] Known =
    [
        (OcsfVersion.V1_8_0, "1.8.0"),
        (OcsfVersion.V1_6_0, "1.6.0"),
        (OcsfVersion.V1_5_0, "1.5.0"),
        (OcsfVersion.V1_3_0, "1.3.0"),
        (OcsfVersion.V1_1_0, "1.1.0"),
    ];

    /// <summary>Every text that <see cref="Parse"/> knows, newest first.</summary>
    public static IReadOnlyList<string> Texts { get; } = [.. Known.Select(known => known.Text)];

    public static string ToText(this OcsfVersion version) => Known.First(known => known.Version == version).Text;

    /// <exception cref="FormatException">The text is none of <see cref="Texts"/>.</exception>
    public static OcsfVersion Parse(string text)
    {
        foreach (var known in Known)
        {
            if (known.Text == text) return known.Version;
        }

        throw new FormatException($"'{text}' is not a supported OCSF version; write one of {string.Join(", ", Texts)}");
    }
}
