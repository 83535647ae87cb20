using System.Security.Claims;

namespace StepExport.Checks.Web;

/// <summary>Who is signed in, as claims of the session cookie.</summary>
internal static class Session
{
    public const string Scheme = "session";

    private const string Login = "login";
    private const string Group = "group";
    private const string TokenHash = "token";
    private const string Provider = "provider";

    public static ClaimsPrincipal OfOperator(Approver who, string tokenHash) => Principal(who, new Claim(TokenHash, tokenHash));

    /// <param name="who">As the provider says.</param>
    /// <param name="provider">Which one.</param>
    public static ClaimsPrincipal OfProvider(Approver who, string provider) => Principal(who, new Claim(Provider, provider));

    /// <summary>Null when nobody is signed in.</summary>
    public static Approver? Of(ClaimsPrincipal? user) =>
        user?.Identity is { IsAuthenticated: true, Name: { } login } ? new(login, [.. user.FindAll(Group).Select(claim => claim.Value)]) : null;

    /// <summary>Whether what the session was begun with still lets in: the operator's token, or the provider.</summary>
    public static bool IsStillGood(ClaimsPrincipal user, Operators operators, string? provider) => user.FindFirst(TokenHash)?.Value is { } hash
        ? operators.ByHash(Convert.FromHexString(hash)) is { } now && now.Login == user.Identity?.Name
        : provider is not null && user.FindFirst(Provider)?.Value == provider;

    private static ClaimsPrincipal Principal(Approver who, Claim origin) => new(new ClaimsIdentity(
        [new(Login, who.Login), .. who.Groups.Select(group => new Claim(Group, group)), origin], Scheme, Login, null));
}
