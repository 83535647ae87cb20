namespace StepExport.Core.Checks;

/// <summary>An endpoint that the runs of some repositories may call.</summary>
internal sealed class ExpectedEndpoint
{
    /// <param name="text">Host, address or network, with a port or for any: <c>ghcr.io:443</c>, <c>*.docker.io</c>, <c>10.0.0.0/8</c>, <c>[2001:db8::1]:443</c>.</param>
    /// <param name="repositories">As owner/repo, <c>*</c> matches any run of characters.</param>
    /// <returns>Null when the text is none.</returns>
    public static ExpectedEndpoint? TryParse(string text, IReadOnlyList<string> repositories) => throw new NotImplementedException($"{text} {repositories}");

    public bool Covers(string repository, CalledEndpoint endpoint) => throw new NotImplementedException($"{repository} {endpoint}");
}
