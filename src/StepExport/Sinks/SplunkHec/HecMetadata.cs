namespace StepExport.Sinks.SplunkHec;

/// <summary>What stands beside an event. Each text may have placeholders of <see cref="RecordTemplate"/>.</summary>
/// <param name="Index">null = the token's default index.</param>
/// <param name="Host">null = the repository.</param>
/// <param name="Source">Value of source.</param>
/// <param name="Sourcetype">Value of sourcetype.</param>
internal sealed record HecMetadata(string? Index, string? Host, string Source, string Sourcetype)
{
    /// <summary>The default token's.</summary>
    public static HecMetadata Of(HecConfig config) => new(config.Index, config.Host, config.Source, SourcetypeOf(config));

    /// <summary>Another token's: what it leaves out is as for the default one.</summary>
    public static HecMetadata Of(HecConfig config, HecTokenConfig token) => new(
        token.Index ?? config.Index, token.Host ?? config.Host, token.Source ?? config.Source, token.Sourcetype ?? SourcetypeOf(config));

    private static string SourcetypeOf(HecConfig config) => config.Sourcetype ?? $"stepsecurity:detection:{config.Format}";

    /// <summary>A text that has been validated.</summary>
    public static RecordTemplate Parse(string text) =>
        RecordTemplate.TryParse(text, out var template, out var problem) ? template : throw new ArgumentException(problem, nameof(text));
}
