using System.Globalization;
using System.Security.Cryptography;

namespace StepExport.Checks.Web;

/// <summary>What all pages have in common.</summary>
internal static class Layout
{
    private static readonly byte[] StyleBytes = ReadStyle();

    /// <summary>The one style sheet.</summary>
    public static ReadOnlyMemory<byte> Style => StyleBytes;

    /// <summary>Changes with its content, so that a browser never shows a new page in an old dress.</summary>
    public static string StyleAddress { get; } = $"{ChecksWeb.Path}/style.css?v={Convert.ToHexStringLower(SHA256.HashData(StyleBytes))[..12]}";

    /// <param name="title">Of the page, first what is special about it.</param>
    /// <param name="who">Who is signed in.</param>
    /// <param name="token">Hidden field for forms; empty when nobody is signed in.</param>
    /// <param name="main">What the page is about, with one h1.</param>
    public static Html Page(string title, Approver? who, Html token, Html main) => Html.Of($"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{title} · StepExport</title>
        <link rel="stylesheet" href="{StyleAddress}">
        </head>
        <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header class="bar">
        <a class="brand" href="{ChecksWeb.Path}">StepExport <span>Checks</span></a>
        {(who is null ? default : SignedIn(who, token))}
        </header>
        <main id="main">
        {main}
        </main>
        </body>
        </html>
        """);

    /// <summary>A page that says one thing.</summary>
    public static Html Message(string title, string text) => Page(title, null, default, Html.Of($"""
        <div class="narrow">
        <h1>{title}</h1>
        <p>{text}</p>
        <p><a href="{ChecksWeb.Path}">To the list of checks</a></p>
        </div>
        """));

    public static Html Time(DateTimeOffset at) => Html.Of(
        $"""<time datetime="{at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}">{at.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC</time>""");

    /// <summary>A link that leaves us; only the text when the address is none that a browser should follow.</summary>
    public static Html Away(string? address, string text) => Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https")
        ? Html.Of($"""<a href="{uri.AbsoluteUri}" rel="noreferrer noopener external">{text}</a>""")
        : Html.Of($"{text}");

    public static string Count(int number, string one, string many) => FormattableString.Invariant($"{number} {(number == 1 ? one : many)}");

    private static Html SignedIn(Approver who, Html token) => Html.Of($"""
        <form class="who" method="post" action="{ChecksWeb.Path}/sign-out">
        {token}<span>Signed in as <b>{who.Login}</b></span>
        <button type="submit" class="quiet">Sign out</button>
        </form>
        """);

    private static byte[] ReadStyle()
    {
        using var stream = typeof(Layout).Assembly.GetManifestResourceStream("checks.css") ?? throw new InvalidOperationException("checks.css is not embedded");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
