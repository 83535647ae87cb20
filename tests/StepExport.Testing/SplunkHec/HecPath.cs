namespace StepExport.Testing.SplunkHec;

/// <summary>What a collector has to offer.</summary>
internal enum HecPath
{
    Unknown,
    Event,
    Raw,
    Ack,
    Health,
}

internal static class HecPaths
{
    public static HecPath Of(string path) => path switch
    {
        "/services/collector" or "/services/collector/event" or "/services/collector/event/1.0" => HecPath.Event,
        "/services/collector/raw" or "/services/collector/raw/1.0" => HecPath.Raw,
        "/services/collector/ack" => HecPath.Ack,
        "/services/collector/health" or "/services/collector/health/1.0" => HecPath.Health,
        _ => HecPath.Unknown,
    };
}
