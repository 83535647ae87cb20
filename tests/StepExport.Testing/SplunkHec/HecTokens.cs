namespace StepExport.Testing.SplunkHec;

/// <summary>Who may send. Thread-safe; tokens can be rotated while the server runs.</summary>
internal sealed class HecTokens(HecServerOptions options)
{
    private volatile HecGrant _main = new(options.Token) { Acknowledgement = options.Acknowledgement, Indexes = options.Indexes };

    /// <summary>The token that is accepted now.</summary>
    public string Token { get => _main.Token; set => _main = _main with { Token = value }; }

    public bool TokenDisabled { get => _main.IsDisabled; set => _main = _main with { IsDisabled = value }; }

    public bool Acknowledgement { get => _main.Acknowledgement; set => _main = _main with { Acknowledgement = value }; }

    /// <summary>What the sender of a request may do, or what it is told.</summary>
    public (HecGrant? Grant, HecReply? Refusal) Of(HecReceived request)
    {
        const string scheme = "Splunk ";
        if (request.Authorization.Length == 0) return (null, HecReply.Of(request.Query.ContainsKey("token") ? 16 : 2));
        if (!request.Authorization.StartsWith(scheme, StringComparison.Ordinal)) return (null, HecReply.Of(3));
        var token = request.Authorization[scheme.Length..];
        var grant = _main is { } main && main.Token == token ? main : options.MoreTokens.FirstOrDefault(t => t.Token == token);
        if (grant is null) return (null, HecReply.Of(4));
        return grant.IsDisabled ? (null, HecReply.Of(1)) : (grant, null);
    }
}
