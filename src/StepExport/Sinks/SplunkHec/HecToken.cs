using System.Diagnostics.CodeAnalysis;
using StepExport.Configuration;

namespace StepExport.Sinks.SplunkHec;

/// <summary>The token, read once and again after Splunk refused it. Thread-safe.</summary>
internal sealed class HecToken(Secret secret)
{
    private volatile string? _header;

    /// <summary>The value of the Authorization header, or why there is none at the moment.</summary>
    public bool TryGetHeader([NotNullWhen(true)] out string? header, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        header = _header;
        if (header is not null) return true;
        try
        {
            var token = secret.Reveal().Trim();
            if (IsToken(token))
                _header = header = $"Splunk {token}";
            else
                problem = "the token is empty or has characters that no HEC token has";
        }
        catch (IOException e)
        {
            problem = $"the token cannot be read: {e.Message}";
        }

        return header is not null;
    }

    /// <summary>Forgets <paramref name="refused"/>, so that the next request reads the secret again.</summary>
    /// <returns>True when the secret has another value by now, which was not refused yet.</returns>
    public bool Renew(string refused)
    {
        // Another request may have read a newer value meanwhile; that one stays.
        Interlocked.CompareExchange(ref _header, null, refused);
        if (!TryGetHeader(out var current, out _)) return false;
        if (current != refused) return true;
        Interlocked.CompareExchange(ref _header, null, current);
        return false;
    }

    private static bool IsToken(string token) => token.Length > 0 && token.All(c => c is > ' ' and <= '~');
}
