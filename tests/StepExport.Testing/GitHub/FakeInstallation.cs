using System.Collections.Immutable;

namespace StepExport.Testing.GitHub;

/// <summary>The App at one owner.</summary>
internal sealed class FakeInstallation(long id, string owner)
{
    public long Id => id;

    public string Owner => owner;

    /// <summary>What the owner granted, as <c>name:read</c> or <c>name:write</c>.</summary>
    public ImmutableHashSet<string> Permissions { get; set; } = ["metadata:read", "checks:write", "actions:read", "pull_requests:read", "members:read"];

    public bool Suspended { get; set; }

    /// <summary>Who may write may read.</summary>
    public bool Allows(string permission) =>
        Permissions.Contains(permission) || Permissions.Contains(permission.Replace(":read", ":write", StringComparison.Ordinal));

    public IReadOnlyDictionary<string, string> PermissionsByName() => Permissions.Select(p => p.Split(':')).ToDictionary(p => p[0], p => p[1]);
}
