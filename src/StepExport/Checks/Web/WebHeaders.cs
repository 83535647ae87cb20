namespace StepExport.Checks.Web;

/// <summary>What every answer tells the browser not to do.</summary>
internal static class WebHeaders
{
    public static void Set(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
        headers.XContentTypeOptions = "nosniff";
        // Not no-referrer: with it browsers send "Origin: null" with our own forms, and the origin could not be checked.
        headers["Referrer-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
    }
}
