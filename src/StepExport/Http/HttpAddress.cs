using StepExport.Configuration;

namespace StepExport.Http;

/// <summary>Addresses of HTTP servers and proxies in a configuration.</summary>
internal static class HttpAddress
{
    /// <summary>The address, or null when it is none; the problem is then reported, and never repeats a password.</summary>
    /// <param name="path">Of the setting.</param>
    /// <param name="text">Its value.</param>
    /// <param name="example">How to write it.</param>
    /// <param name="problems">Told what is wrong.</param>
    public static Uri? Read(string path, string text, string example, ConfigProblems problems)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            problems.Add(path, $"'{text}' is not an address; write it as {example}");
        else if (uri.UserInfo.Length > 0)
            problems.Add(path, $"has a user or password in it; write it as {example}");
        else
            return uri;
        return null;
    }

    /// <summary>Warns of plain HTTP that leaves this machine.</summary>
    /// <param name="path">Of the setting.</param>
    /// <param name="address">Its value.</param>
    /// <param name="exposed">What anyone on the way can read, e.g. <c>the token and the events</c>.</param>
    /// <param name="problems">Told about it.</param>
    public static void WarnOfPlain(string path, Uri address, string exposed, ConfigProblems problems)
    {
        if (address.Scheme == "http" && !address.IsLoopback)
            problems.Warn(path, $"http: {exposed} travel unencrypted, and anyone on the way can read and change them; write https");
    }
}
