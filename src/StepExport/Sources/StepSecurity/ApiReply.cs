namespace StepExport.Sources.StepSecurity;

/// <summary>What the API answered: a body, or that it does not serve this very request. Owns the body.</summary>
/// <param name="body">Of a success.</param>
/// <param name="refusal">Why the request is not served, in words for an operator.</param>
internal sealed class ApiReply(PageBuffer? body, string? refusal) : IDisposable
{
    /// <summary>Null: <see cref="Body"/> is there. Other requests may be served.</summary>
    public string? Refusal => refusal;

    public ReadOnlyMemory<byte> Body => body?.Written ?? default;

    /// <summary>What <see cref="Body"/> holds, once somebody has read it.</summary>
    public Page? Page { get; private set; }

    public static ApiReply Refused(string why) => new(null, why);

    /// <summary>Finds the records.</summary>
    /// <returns>Null, or why there are none.</returns>
    public string? ReadPage(ImpliedMember? implied)
    {
        Page = PageReader.Read(Body.Span, implied, out var trouble);
        return trouble;
    }

    public void Dispose() => body?.Dispose();
}
