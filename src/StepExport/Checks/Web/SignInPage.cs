using StepExport.Configuration;

namespace StepExport.Checks.Web;

/// <summary>What strangers see, and all they see.</summary>
internal static class SignInPage
{
    /// <param name="config">Which ways in there are.</param>
    /// <param name="back">Where to go then; one of ours.</param>
    /// <param name="token">Hidden field for the form.</param>
    /// <param name="note">Why it did not work; null at first.</param>
    public static Html Of(SignInConfig config, string back, Html token, Note? note = null) => Layout.Page("Sign in", null, default, Html.Of($"""
        <div class="narrow">
        <h1>Sign in</h1>
        {(note is null ? default : note.Show())}
        {(config.Oidc is null && config.Operators.Count == 0 ? Nothing : default)}
        {(config.Oidc is { } oidc ? Provider(oidc, back) : default)}
        {(config.Operators.Count > 0 ? Token(back, token, config.Oidc is not null) : default)}
        </div>
        """));

    private static Html Nothing => Html.Of($"""
        <p>Nobody can sign in: the configuration has no way to. An administrator writes one of these into it, and starts StepExport again:</p>
        <ul>
        <li><code>checks.signIn.oidc</code>: an identity provider that speaks OpenID Connect</li>
        <li><code>checks.signIn.operators</code>: people with a token of their own</li>
        </ul>
        <p>Who may approve stands in <code>checks.approvers</code>.</p>
        """);

    private static Html Provider(OidcConfig oidc, string back) => Html.Of($"""
        <p><a class="button" href="{ChecksWeb.Path}/sign-in/oidc?return={Uri.EscapeDataString(back)}">Sign in with {Host(oidc.Authority)}</a></p>
        """);

    private static Html Token(string back, Html token, bool second) => Html.Of($"""
        {(second ? Html.Of($"<h2>Or with a token</h2>") : default)}
        <form method="post" action="{ChecksWeb.Path}/sign-in">
        {token}<input type="hidden" name="return" value="{back}">
        <label for="token">Your token</label>
        <input id="token" name="token" type="password" autocomplete="current-password" maxlength="1000" required>
        <p><button type="submit">Sign in</button></p>
        </form>
        """);

    private static string Host(string authority) => Uri.TryCreate(authority, UriKind.Absolute, out var uri) ? uri.Host : authority;
}
