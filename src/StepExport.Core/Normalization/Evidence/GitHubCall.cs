namespace StepExport.Core.Normalization.Evidence;

/// <summary>What a request to GitHub's REST API changes, as far as its method and path tell.</summary>
internal static class GitHubCall
{
    internal enum Change
    {
        Other,

        /// <summary>Files or references of a repository.</summary>
        Content,

        /// <summary>Webhooks, deploy keys, releases.</summary>
        Setting,

        /// <summary>Secrets of a repository, environment or organization.</summary>
        Secret,

        /// <summary>Registration of a self-hosted runner.</summary>
        Runner,
    }

    public static Change Of(ReadOnlySpan<byte> method, ReadOnlySpan<byte> host, ReadOnlySpan<byte> target)
    {
        if (!host.SequenceEqual("api.github.com"u8) || !IsWrite(method)) return Change.Other;
        var question = target.IndexOf((byte)'?');
        var path = question < 0 ? target : target[..question];
        if (Has(path, "/runners/registration-token"u8) || Has(path, "/runners/generate-jitconfig"u8)) return Change.Runner;
        if (Has(path, "/secrets"u8)) return Change.Secret;
        if (!path.StartsWith("/repos/"u8)) return Has(path, "/hooks"u8) ? Change.Setting : Change.Other;
        if (Has(path, "/contents"u8) || Has(path, "/git/refs"u8)) return Change.Content;
        return Has(path, "/hooks"u8) || Has(path, "/keys"u8) || Has(path, "/releases"u8) ? Change.Setting : Change.Other;
    }

    /// <summary>The methods that OCSF has names for.</summary>
    public static bool IsMethod(ReadOnlySpan<byte> method) =>
        method.SequenceEqual("POST"u8) || method.SequenceEqual("PUT"u8) || method.SequenceEqual("PATCH"u8)
        || method.SequenceEqual("DELETE"u8) || method.SequenceEqual("GET"u8) || method.SequenceEqual("HEAD"u8)
        || method.SequenceEqual("OPTIONS"u8) || method.SequenceEqual("CONNECT"u8) || method.SequenceEqual("TRACE"u8);

    private static bool IsWrite(ReadOnlySpan<byte> method) =>
        method.SequenceEqual("POST"u8) || method.SequenceEqual("PUT"u8) || method.SequenceEqual("PATCH"u8) || method.SequenceEqual("DELETE"u8);

    /// <summary>Whether the segments stand in the path, after owner and repository, as whole segments.</summary>
    private static bool Has(ReadOnlySpan<byte> path, ReadOnlySpan<byte> segments)
    {
        for (var at = Scope(path); at < path.Length;)
        {
            var found = path[at..].IndexOf(segments);
            if (found < 0) return false;
            var end = at + found + segments.Length;
            if (end == path.Length || path[end] == '/') return true;
            at = end;
        }

        return false;
    }

    /// <summary>Where the names that users choose end: after <c>/repos/owner/name</c> or <c>/orgs/name</c>.</summary>
    private static int Scope(ReadOnlySpan<byte> path)
    {
        var segments = path.StartsWith("/repos/"u8) ? 3 : path.StartsWith("/orgs/"u8) ? 2 : 0;
        var at = 0;
        for (; segments > 0 && at < path.Length; segments--)
        {
            var next = path[(at + 1)..].IndexOf((byte)'/');
            if (next < 0) return path.Length;
            at += 1 + next;
        }

        return at;
    }
}
