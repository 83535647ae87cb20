namespace StepExport.Core.Normalization.Evidence;

/// <summary>Public services that carry a connection through to a host behind them.</summary>
internal static class TunnelServices
{
    private static readonly string[] Domains =
    [
        "ngrok.io", "ngrok.com", "ngrok.app", "ngrok.dev", "ngrok-free.app", "ngrok-free.dev", "trycloudflare.com", "serveo.net",
        "localhost.run", "lhr.life", "loca.lt", "localtunnel.me", "pagekite.me", "bore.pub", "devtunnels.ms", "localxpose.io",
        "loclx.io", "playit.gg", "zrok.io", "pinggy.io", "pinggy.link", "telebit.io", "tunnelmole.net",
    ];

    /// <summary>Whether the lower-case host is one of them or below it.</summary>
    public static bool Contains(ReadOnlySpan<byte> host)
    {
        foreach (var domain in Domains)
        {
            if (host.Length < domain.Length || !System.Text.Ascii.Equals(host[^domain.Length..], domain)) continue;
            if (host.Length == domain.Length || host[^(domain.Length + 1)] == '.') return true;
        }

        return false;
    }
}
