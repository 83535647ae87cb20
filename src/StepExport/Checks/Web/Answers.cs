using System.Text;
using Microsoft.AspNetCore.Antiforgery;

namespace StepExport.Checks.Web;

/// <summary>Writes answers, and proves that a form is one of ours.</summary>
internal sealed class Answers(IServiceProvider services)
{
    private readonly IAntiforgery _antiforgery = services.GetRequiredService<IAntiforgery>();

    /// <summary>The hidden field of a form. It belongs to this browser and to who is signed in.</summary>
    public Html Token(HttpContext context)
    {
        var tokens = _antiforgery.GetAndStoreTokens(context);
        WebHeaders.Set(context.Response.Headers);
        return Html.Of($"""<input type="hidden" name="{tokens.FormFieldName}" value="{tokens.RequestToken}">""");
    }

    /// <summary>Whether the form was made for this browser and for who is signed in. Else it is answered.</summary>
    public async Task<bool> IsOursAsync(HttpContext context)
    {
        if (HttpMethods.IsPost(context.Request.Method) && await _antiforgery.IsRequestValidAsync(context)) return true;
        if (HttpMethods.IsPost(context.Request.Method))
        {
            await MessageAsync(context, StatusCodes.Status400BadRequest, "Nothing was done", "The form is too old, or was made for another sign-in. Open the page again, and send it once more.");
            return false;
        }

        context.Response.Headers.Allow = "POST";
        await MessageAsync(context, StatusCodes.Status405MethodNotAllowed, "Nothing was done", "This is done by the form of a page.");
        return false;
    }

    public static Task PageAsync(HttpContext context, int code, Html page) => WriteAsync(context, code, "text/html; charset=utf-8", Encoding.UTF8.GetBytes(page.ToString()));

    public static Task MessageAsync(HttpContext context, int code, string title, string text) => PageAsync(context, code, Layout.Message(title, text));

    public static Task TextAsync(HttpContext context, int code, string text) => WriteAsync(context, code, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text));

    public static Task StyleAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "public, max-age=86400, immutable";
        return WriteAsync(context, StatusCodes.Status200OK, "text/css; charset=utf-8", Layout.Style);
    }

    /// <summary>As the answer to a form: the browser asks for the page anew, and a reload sends nothing twice.</summary>
    /// <param name="context">The request.</param>
    /// <param name="address">One of ours.</param>
    public static Task SeeAsync(HttpContext context, string address)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = address;
        return Task.CompletedTask;
    }

    private static async Task WriteAsync(HttpContext context, int code, string type, ReadOnlyMemory<byte> body)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = type;
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
