using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OAuth.Claims;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using StepExport.Configuration;
using StepExport.Http;

namespace StepExport.Checks.Web;

/// <summary>Sign-in at an identity provider: ASP.NET's own middleware, authorization code with PKCE.</summary>
internal static partial class OidcSignIn
{
    public const string Scheme = "oidc";
    /// <summary>Signatures of keys that only the provider has.</summary>
    private static readonly string[] Algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <param name="authentication">Where it is added.</param>
    /// <param name="config">The provider.</param>
    /// <param name="groups">Those that matter; others would only make the cookie large.</param>
    /// <param name="secure">Whether browsers come by https.</param>
    /// <param name="logger">Who signed in, and why somebody could not.</param>
    /// <exception cref="IOException">A file of tls cannot be read.</exception>
    public static void Add(AuthenticationBuilder authentication, OidcConfig config, IReadOnlyList<string> groups, bool secure, ILogger logger)
    {
        var handler = HttpHandlers.Create(config.Tls, null, Patience, 4);
        authentication.AddOpenIdConnect(Scheme, options =>
        {
            options.SignInScheme = Session.Scheme;
            options.Authority = config.Authority;
            options.ClientId = config.ClientId;
            options.CallbackPath = $"{ChecksWeb.Path}/signed-in";
            options.RequireHttpsMetadata = !(Uri.TryCreate(config.Authority, UriKind.Absolute, out var authority) && authority.IsLoopback);
            options.BackchannelHttpHandler = handler;
            options.BackchannelTimeout = Patience;
            options.ResponseType = OpenIdConnectResponseType.Code;
            // The answer as a form of the provider's would need cookies that travel across sites, and those need https.
            options.ResponseMode = OpenIdConnectResponseMode.Query;
            options.UsePkce = true;
            options.SaveTokens = false;
            options.MapInboundClaims = false;
            options.TokenValidationParameters.ValidAlgorithms = Algorithms;
            options.GetClaimsFromUserInfoEndpoint = true;
            options.ClaimActions.Clear();
            options.ClaimActions.Add(new JsonKeyClaimAction(config.LoginClaim, ClaimValueTypes.String, config.LoginClaim));
            options.ClaimActions.Add(new JsonKeyClaimAction(config.GroupsClaim, ClaimValueTypes.String, config.GroupsClaim));
            options.Scope.Clear();
            foreach (var scope in config.Scopes.Prepend("openid").Distinct()) options.Scope.Add(scope);
            WebServices.Harden(options.CorrelationCookie, "stepexport-correlation-", secure);
            WebServices.Harden(options.NonceCookie, "stepexport-nonce-", secure);
            options.Events = Events(config, groups, logger);
        });
    }

    private static OpenIdConnectEvents Events(OidcConfig config, IReadOnlyList<string> groups, ILogger logger) => new()
    {
        // Revealed for each sign-in, so that a rotated one needs no restart.
        OnAuthorizationCodeReceived = context =>
        {
            context.TokenEndpointRequest!.ClientSecret = config.ClientSecret?.Reveal().Trim();
            return Task.CompletedTask;
        },
        // The middleware takes an unsigned token when it comes from the token endpoint, as the standard lets it. We do not.
        OnTokenValidated = context =>
        {
            if (context.SecurityToken.RawSignature is not { Length: > 0 }) context.Fail("the id token is not signed");
            return Task.CompletedTask;
        },
        OnTicketReceived = async context =>
        {
            if (Who(context.Principal!, config, groups) is not { } who)
            {
                context.HandleResponse();
                Log.Refused(logger, $"there is no claim {config.LoginClaim}");
                await FailAsync(context.HttpContext, $"The identity provider does not say who you are: there is no claim {config.LoginClaim}. An administrator sets checks.signIn.oidc.loginClaim.");
                return;
            }

            context.Principal = Session.OfProvider(who, config.Authority);
            context.Properties = new() { RedirectUri = context.Properties?.RedirectUri };
            context.ReturnUri = ListAddress.Local(context.ReturnUri);
            SignIn.Log.In(logger, Cli.TerminalText.Escape(who.Login), "oidc", context.HttpContext.Connection.RemoteIpAddress?.ToString());
        },
        OnAccessDenied = async context =>
        {
            context.HandleResponse();
            Log.Refused(logger, "access was denied there");
            await FailAsync(context.HttpContext, "The identity provider did not let you in, or you went back.");
        },
        OnRemoteFailure = async context =>
        {
            context.HandleResponse();
            Log.Refused(logger, Cli.TerminalText.Escape(context.Failure?.Message ?? "no reason given"));
            await FailAsync(context.HttpContext, "The answer of the identity provider was not accepted. It may have come too late, or a second time: sign in once more. The reason is in the log of StepExport.");
        },
    };

    private static Approver? Who(ClaimsPrincipal user, OidcConfig config, IReadOnlyList<string> groups)
    {
        var logins = user.FindAll(config.LoginClaim).Select(claim => claim.Value.Trim()).Distinct().ToList();
        return logins is [{ Length: > 0 and <= 200 } login]
            ? new(login, [.. user.FindAll(config.GroupsClaim).Select(claim => claim.Value).Where(groups.Contains).Distinct()])
            : null;
    }

    private static Task FailAsync(HttpContext context, string text) => Answers.MessageAsync(context, StatusCodes.Status401Unauthorized, "You are not signed in", text);

    private static partial class Log
    {
        [LoggerMessage(EventId = 906, Level = LogLevel.Warning, Message = "A sign-in at the identity provider was refused: {Reason}")]
        public static partial void Refused(ILogger logger, string reason);
    }
}
