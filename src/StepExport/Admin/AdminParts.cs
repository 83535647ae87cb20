using StepExport.Checks;
using StepExport.Checks.Web;
using StepExport.Reload;

namespace StepExport.Admin;

/// <summary>What the admin listener serves besides health, metrics and status; what is left out is not there.</summary>
internal sealed record AdminParts
{
    /// <summary>Serves /api/tap, and is closed with the listener.</summary>
    public Taps? Taps { get; init; }

    /// <summary>Serves /api/reload.</summary>
    public Func<Task<ReloadReport>>? Reload { get; init; }

    /// <summary>Serves /api/checks.</summary>
    public ChecksApi? ChecksApi { get; init; }

    /// <summary>Serves /checks. Whoever made it disposes of it.</summary>
    public ChecksWeb? ChecksPages { get; init; }
}
