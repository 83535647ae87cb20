using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using StepExport.Configuration;

namespace StepExport.Checks.Web;

/// <summary>The ways in and out.</summary>
internal sealed partial class SignIn(Operators operators, SignInConfig config, Answers answers, SignInLimit limit, ILogger logger)
{
    /// <summary>Sends a stranger to the sign-in page, and back afterwards.</summary>
    public static Task AskAsync(HttpContext context)
    {
        var back = HttpMethods.IsPost(context.Request.Method) ? ChecksWeb.Path : ListAddress.Local(context.Request.Path.ToUriComponent() + context.Request.QueryString.ToUriComponent());
        return Answers.SeeAsync(context, back == ChecksWeb.Path ? $"{ChecksWeb.Path}/sign-in" : $"{ChecksWeb.Path}/sign-in?return={Uri.EscapeDataString(back)}");
    }

    /// <summary>The page, and its form with the token of an operator.</summary>
    public async Task PageAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            var back = ListAddress.Local(context.Request.Query["return"]);
            await (Session.Of(context.User) is null ? ShowAsync(context, StatusCodes.Status200OK, back, null) : Answers.SeeAsync(context, back));
            return;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (!await answers.IsOursAsync(context)) return;
        await EnterAsync(context, form["token"].ToString(), ListAddress.Local(form["return"]));
    }

    /// <summary>On the way to the identity provider.</summary>
    public async Task ProviderAsync(HttpContext context)
    {
        if (config.Oidc is null || !HttpMethods.IsGet(context.Request.Method))
        {
            await Answers.MessageAsync(context, StatusCodes.Status404NotFound, "There is no such page", "No identity provider is configured.");
            return;
        }

        var back = ListAddress.Local(context.Request.Query["return"]);
        try
        {
            await context.ChallengeAsync(OidcSignIn.Scheme, new() { RedirectUri = back });
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or HttpRequestException)
        {
            // InvalidOperationException: that is what the middleware makes of a provider that is not there.
            Log.ProviderDown(logger, config.Oidc.Authority, (e.InnerException ?? e).Message);
            await ShowAsync(context, StatusCodes.Status503ServiceUnavailable, back, new(false, "The identity provider does not answer.", "Try again in a minute. The reason is in the log of StepExport."));
        }
    }

    public async Task OutAsync(HttpContext context)
    {
        if (!await answers.IsOursAsync(context)) return;
        if (Session.Of(context.User) is { } who) Log.Out(logger, Cli.TerminalText.Escape(who.Login));
        await context.SignOutAsync(Session.Scheme);
        await Answers.SeeAsync(context, $"{ChecksWeb.Path}/sign-in");
    }

    private async Task EnterAsync(HttpContext context, string token, string back)
    {
        var address = context.Connection.RemoteIpAddress;
        if (limit.Wait(address) is { Ticks: > 0 } wait)
        {
            var seconds = (int)Math.Ceiling(wait.TotalSeconds);
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            await ShowAsync(context, StatusCodes.Status429TooManyRequests, back, new(false, "Too many wrong tokens.", $"Wait {Layout.Count(seconds, "second", "seconds")}, then try again."));
            return;
        }

        if (operators.ByToken(token) is not { } who)
        {
            limit.Wrong(address);
            Log.Refused(logger, address?.ToString());
            await ShowAsync(context, StatusCodes.Status401Unauthorized, back, new(false, "That is nobody's token.", "Look at it again, or ask an administrator for one."));
            return;
        }

        limit.Right(address);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token.Trim())));
        await context.SignInAsync(Session.Scheme, Session.OfOperator(who, hash));
        Log.In(logger, who.Login, "token", address?.ToString());
        await Answers.SeeAsync(context, back);
    }

    private Task ShowAsync(HttpContext context, int code, string back, Note? note) =>
        Answers.PageAsync(context, code, SignInPage.Of(config, back, answers.Token(context), note));

    internal static partial class Log
    {
        [LoggerMessage(EventId = 902, Level = LogLevel.Information, Message = "{Login} signed in to the checks by {Way} from {Address}")]
        public static partial void In(ILogger logger, string login, string way, string? address);

        [LoggerMessage(EventId = 903, Level = LogLevel.Information, Message = "{Login} signed out of the checks")]
        public static partial void Out(ILogger logger, string login);

        [LoggerMessage(EventId = 904, Level = LogLevel.Warning, Message = "A sign-in to the checks with a wrong token was refused, from {Address}")]
        public static partial void Refused(ILogger logger, string? address);

        [LoggerMessage(EventId = 905, Level = LogLevel.Warning, Message = "The identity provider {Authority} does not answer: {Reason}")]
        public static partial void ProviderDown(ILogger logger, string authority, string reason);
    }
}
