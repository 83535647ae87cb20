using System.Net;

namespace StepExport.Checks.Web;

/// <summary>Which requests are ours at all: asked for under our name, and sent by our own pages.</summary>
/// <param name="publicUrl">Where browsers reach us; null = at the listener's own address.</param>
internal sealed class RequestGuard(Uri? publicUrl)
{
    /// <summary>Whether the request names us. A name that somebody else has pointed at this address (DNS rebinding) is none of ours.</summary>
    public bool IsOurHost(HttpContext context)
    {
        var host = context.Request.Host;
        if (!host.HasValue) return false;
        if (publicUrl is not null && IsPublic(host)) return true;
        var name = host.Host.Trim('[', ']');
        if (name.Equals("localhost", StringComparison.OrdinalIgnoreCase)) return true;
        return IPAddress.TryParse(name, out var address) && (IPAddress.IsLoopback(address) || Same(address, context.Connection.LocalIpAddress));
    }

    /// <summary>Whether a form was sent by one of our own pages, as far as the browser tells. What it does not tell, the form's token has to prove.</summary>
    /// <param name="request">Its host was found to be ours.</param>
    public bool IsFromOurPage(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site is not ("" or "same-origin")) return false;
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0
            || origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase)
            || (publicUrl is not null && origin.Equals(publicUrl.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase));
    }

    private bool IsPublic(HostString host) => host.Host.Equals(publicUrl!.IdnHost, StringComparison.OrdinalIgnoreCase) && (host.Port ?? publicUrl.Port) == publicUrl.Port;

    private static bool Same(IPAddress address, IPAddress? local) => local is not null && address.MapToIPv6().Equals(local.MapToIPv6());
}
