using StepExport.Core.Checks;

namespace StepExport.Checks.GitHub.Webhook;

/// <summary>What a delivery of GitHub asks for.</summary>
internal abstract record Delivery
{
    private Delivery()
    {
    }

    /// <summary>A person has pressed Approve.</summary>
    /// <param name="Key">Of the check, as its check run says.</param>
    /// <param name="Revision">That the person saw.</param>
    /// <param name="Login">Who.</param>
    public sealed record Pressed(CheckKey Key, int Revision, string Login) : Delivery;

    /// <summary>Somebody wants a check run to be written again.</summary>
    public sealed record RunAgain(CheckKey Key) : Delivery;

    /// <summary>Somebody wants every check run of a commit to be written again.</summary>
    /// <param name="Repository"><c>owner/repo</c>.</param>
    /// <param name="HeadSha">The commit.</param>
    public sealed record SuiteAgain(string Repository, string HeadSha) : Delivery;

    /// <summary>A workflow run has ended.</summary>
    /// <param name="Key">Which.</param>
    /// <param name="Workflow">Its path; empty when GitHub does not say.</param>
    public sealed record RunEnded(CheckKey Key, string Workflow) : Delivery;

    /// <summary>GitHub tries the connection.</summary>
    public sealed record Ping : Delivery;

    /// <summary>None of ours, as most are.</summary>
    public sealed record Other : Delivery;

    /// <summary>It is ours, and may not do what it asks for.</summary>
    /// <param name="Why">Without what the sender wrote.</param>
    public sealed record Forbidden(string Why) : Delivery;

    /// <summary>It is not what GitHub sends under this event's name.</summary>
    /// <param name="Why">Without what the sender wrote.</param>
    public sealed record Malformed(string Why) : Delivery;
}
