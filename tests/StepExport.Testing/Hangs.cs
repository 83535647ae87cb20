namespace StepExport.Testing;

/// <summary>When a test gives up waiting for what has to happen: so late that only something that hangs is caught, however slow and
/// loaded the machine is.</summary>
internal static class Hangs
{
    public static TimeSpan After { get; } = TimeSpan.FromMinutes(3);
}
