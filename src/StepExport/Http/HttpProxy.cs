using System.Net;
using StepExport.Configuration;

namespace StepExport.Http;

/// <summary>The proxy of an HTTP client, sink or source.</summary>
internal static class HttpProxy
{
    /// <summary>Written instead of an address: no proxy, whatever the environment says.</summary>
    public const string None = "none";

    /// <summary>Reports what is wrong with the three settings.</summary>
    /// <param name="proxy">Address, <see cref="None"/>, or null = the one of the environment.</param>
    /// <param name="user">For a proxy that wants to know who asks.</param>
    /// <param name="password">Belongs to <paramref name="user"/>.</param>
    /// <param name="problems">Where they go.</param>
    public static void Validate(string? proxy, string? user, Secret? password, ConfigProblems problems)
    {
        if (proxy is not (null or None))
        {
            if (!Uri.TryCreate(proxy, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
                problems.Add("proxy", $"'{proxy}' is not an address; write it as http://proxy:3128, or none for no proxy");
            else if (address.UserInfo.Length > 0)
                problems.Add("proxy", "has a user or password in it; write them under proxyUser and proxyPassword");
            else if (password is not null)
                HttpAddress.WarnOfPlain("proxy", address, "proxyUser and proxyPassword", problems);
        }

        if (user is not null && password is null) problems.Add("proxyPassword", "proxyUser is set: write its password here as well, best as ${file:…}");
        if (user is null && password is not null) problems.Add("proxyUser", "proxyPassword is set: write the user here as well");
        if (proxy is None && user is not null) problems.Add("proxyUser", "has no effect while proxy is none: remove one of the two");
    }

    /// <summary>Makes the connections go through the proxy.</summary>
    public static void Apply(SocketsHttpHandler handler, string? proxy, string? user, Secret? password)
    {
        var credentials = user is null || password is null ? null : new ProxyCredentials(user, password);
        handler.UseProxy = proxy is not None;
        if (proxy is null) handler.DefaultProxyCredentials = credentials;
        else if (handler.UseProxy) handler.Proxy = new WebProxy(new Uri(proxy)) { Credentials = credentials };
    }

    /// <summary>Reads the password whenever the proxy asks for it, so that a rotated one needs no restart.</summary>
    private sealed class ProxyCredentials(string user, Secret password) : ICredentials
    {
        public NetworkCredential GetCredential(Uri uri, string authType) => new(user, password.Reveal().Trim());
    }
}
