using StepExport.Configuration;
using StepExport.Core.Checks;

namespace StepExport.Checks.Web;

/// <summary>The pages below /checks: sign-in, list, review, approval. Guards every request before it looks at it.</summary>
/// <remarks>It is a small application of its own inside the admin listener: ASP.NET's cookie and OpenID Connect sign-in, antiforgery and
/// data protection, with services that nobody else sees.</remarks>
internal sealed partial class ChecksWeb : IAsyncDisposable
{
    public const string Path = "/checks";
    /// <summary>The limit of the whole admin listener.</summary>
    public const int LargestForm = 64 * 1024;

    private readonly ServiceProvider _services;
    private readonly RequestDelegate _application;
    private readonly RequestGuard _guard;
    private readonly Uri? _publicUrl;
    private readonly ILogger _logger;

    /// <param name="store">What is shown.</param>
    /// <param name="approvals">Decides.</param>
    /// <param name="operators">Whose token is whose.</param>
    /// <param name="config">Sign-in, approvers, the public address.</param>
    /// <param name="keyFolder">For the keys of the cookies; made when it is not there, readable for nobody else.</param>
    /// <param name="time">For sessions and waits.</param>
    /// <param name="loggers">Who signed in, and who tried.</param>
    /// <exception cref="IOException">The folder, or a file of checks.signIn.oidc.tls, cannot be had.</exception>
    public ChecksWeb(CheckStore store, Approvals approvals, Operators operators, ChecksConfig config, string keyFolder, TimeProvider time, ILoggerFactory loggers)
    {
        _logger = loggers.CreateLogger<ChecksWeb>();
        _publicUrl = config.PublicUrl is null ? null : new Uri(config.PublicUrl);
        _guard = new(_publicUrl);
        _services = WebServices.Build(config, operators, keyFolder, time, _publicUrl?.Scheme == "https", _logger);
        var answers = new Answers(_services);
        var signIn = new SignIn(operators, config.SignIn, answers, new(time), _logger);
        var pages = new CheckPages(store, approvals, config.Approvers, answers);
        _application = new ApplicationBuilder(_services).UseAuthentication().Use(_ => context => RouteAsync(context, signIn, pages)).Build();
    }

    /// <summary>Whether a path is answered here.</summary>
    public static bool Has(PathString path) => path.StartsWithSegments(Path, StringComparison.Ordinal);

    public async Task ServeAsync(HttpContext context)
    {
        WebHeaders.Set(context.Response.Headers);
        if (!_guard.IsOurHost(context))
        {
            await Answers.TextAsync(context, StatusCodes.Status421MisdirectedRequest, "this is not the name of this server; checks.publicUrl says under which name browsers reach it\n");
            return;
        }

        await using var scope = _services.CreateAsyncScope();
        context.RequestServices = scope.ServiceProvider;
        try
        {
            await AdmitAsync(context);
        }
        catch (BadHttpRequestException e)
        {
            await FailAsync(context, e.StatusCode, "The request cannot be read", e.StatusCode == StatusCodes.Status413PayloadTooLarge ? "The form is too large." : "It is no form of these pages.");
        }
        catch (IOException e) when (!context.RequestAborted.IsCancellationRequested)
        {
            Log.Failed(_logger, e);
            await FailAsync(context, StatusCodes.Status503ServiceUnavailable, "The checks cannot be read now", "Try again in a minute. The reason is in the log of StepExport.");
        }
        catch (Exception e) when (!context.RequestAborted.IsCancellationRequested)
        {
            // The listener has no log of its own: what nobody expected would vanish there without a trace.
            Log.Failed(_logger, e);
            await FailAsync(context, StatusCodes.Status500InternalServerError, "Something went wrong", "That is a mistake of StepExport. The reason is in its log.");
        }
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private async Task AdmitAsync(HttpContext context)
    {
        var request = context.Request;
        if (HttpMethods.IsPost(request.Method))
        {
            if (!_guard.IsFromOurPage(request))
            {
                Log.Foreign(_logger, context.Connection.RemoteIpAddress?.ToString(), Safe(request.Path), Safe(request.Headers.Origin.ToString()));
                await FailAsync(context, StatusCodes.Status403Forbidden, "Refused", "The form was sent by another site. Nothing was done.");
                return;
            }

            if (!request.HasFormContentType || request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) != true)
            {
                await FailAsync(context, StatusCodes.Status415UnsupportedMediaType, "The request cannot be read", "It is no form of these pages.");
                return;
            }
        }
        else if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD, POST";
            await FailAsync(context, StatusCodes.Status405MethodNotAllowed, "Refused", "These pages are read and sent as forms.");
            return;
        }

        if (_publicUrl is not null)
        {
            // What the browser sees, not what a proxy makes of it: cookies and the way back from sign-in hang on it.
            request.Scheme = _publicUrl.Scheme;
            request.Host = _publicUrl.IsDefaultPort ? new(_publicUrl.IdnHost) : new(_publicUrl.IdnHost, _publicUrl.Port);
        }

        await _application(context);
    }

    private static Task RouteAsync(HttpContext context, SignIn signIn, CheckPages pages)
    {
        var path = context.Request.Path.Value!.TrimEnd('/');
        if (path == Path + "/style.css") return Answers.StyleAsync(context);
        if (path == Path + "/sign-in") return signIn.PageAsync(context);
        if (path == Path + "/sign-in/oidc") return signIn.ProviderAsync(context);
        if (path == Path + "/sign-out") return signIn.OutAsync(context);
        return Session.Of(context.User) is { } who ? pages.AnswerAsync(context, path[Path.Length..].TrimStart('/'), who) : SignIn.AskAsync(context);
    }

    private static Task FailAsync(HttpContext context, int code, string title, string text)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return Task.CompletedTask;
        }

        return Answers.MessageAsync(context, code, title, text);
    }

    private static string Safe(string? text) => Cli.TerminalText.Escape(text is { Length: > 200 } ? text[..200] : text ?? "");

    private static partial class Log
    {
        [LoggerMessage(EventId = 900, Level = LogLevel.Error, Message = "A page of the checks could not be answered")]
        public static partial void Failed(ILogger logger, Exception reason);

        [LoggerMessage(EventId = 901, Level = LogLevel.Warning, Message = "A form from another site was refused: from {Address}, to {Path}, origin {Origin}")]
        public static partial void Foreign(ILogger logger, string? address, string path, string origin);
    }
}
