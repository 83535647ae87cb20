using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging.Abstractions;
using StepExport.Configuration;

namespace StepExport.Checks.Web;

/// <summary>The services of ASP.NET behind the pages: sessions in cookies, antiforgery, OpenID Connect.</summary>
internal static class WebServices
{
    /// <param name="config">Sign-in and its lifetime.</param>
    /// <param name="operators">For sessions that were begun with a token.</param>
    /// <param name="keyFolder">Where the keys of cookies and forms are kept.</param>
    /// <param name="time">For the lifetime.</param>
    /// <param name="secure">Whether browsers come by https.</param>
    /// <param name="logger">For what OpenID Connect brings.</param>
    public static ServiceProvider Build(ChecksConfig config, Operators operators, string keyFolder, TimeProvider time, bool secure, ILogger logger)
    {
        var services = new ServiceCollection();
        // ASP.NET's own lines are for developers of web sites; what operators need is logged by us.
        services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance).AddSingleton(typeof(ILogger<>), typeof(NullLogger<>)).AddSingleton(time);
        services.AddDataProtection().SetApplicationName("StepExport").PersistKeysToFileSystem(KeyFolder(keyFolder));
        services.AddAntiforgery(options =>
        {
            options.SuppressXFrameOptionsHeader = true;
            options.FormFieldName = "form";
            options.HeaderName = null;
            Harden(options.Cookie, "stepexport-form", secure);
        });
        var provider = config.SignIn.Oidc?.Authority;
        var authentication = services.AddAuthentication(Session.Scheme).AddCookie(Session.Scheme, options =>
        {
            Harden(options.Cookie, "stepexport-session", secure);
            options.ExpireTimeSpan = config.SignIn.Lifetime.Value;
            options.SlidingExpiration = false;
            options.Events.OnValidatePrincipal = context =>
            {
                if (!Session.IsStillGood(context.Principal!, operators, provider)) context.RejectPrincipal();
                return Task.CompletedTask;
            };
        });
        if (config.SignIn.Oidc is { } oidc) OidcSignIn.Add(authentication, oidc, config.Approvers.Groups, secure, logger);
        return services.BuildServiceProvider();
    }

    /// <summary>Lax, not Strict: people come here from a link on GitHub, and are signed in then too. Forms have their own proof.</summary>
    public static void Harden(CookieBuilder cookie, string name, bool secure)
    {
        cookie.Name = secure ? $"__Host-{name}" : name;
        cookie.Path = "/";
        cookie.HttpOnly = true;
        cookie.IsEssential = true;
        cookie.SameSite = SameSiteMode.Lax;
        cookie.SecurePolicy = secure ? CookieSecurePolicy.Always : CookieSecurePolicy.None;
    }

    /// <exception cref="IOException">It cannot be made.</exception>
    private static DirectoryInfo KeyFolder(string path)
    {
        try
        {
            if (OperatingSystem.IsWindows()) return Directory.CreateDirectory(path);
            const UnixFileMode Ours = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            var folder = Directory.CreateDirectory(path, Ours);
            File.SetUnixFileMode(path, Ours);
            return folder;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"{path} cannot be used for the keys of the checks page: {e.Message}", e);
        }
    }
}
