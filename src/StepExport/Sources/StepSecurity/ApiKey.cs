using System.Diagnostics.CodeAnalysis;
using StepExport.Configuration;

namespace StepExport.Sources.StepSecurity;

/// <summary>The API key, read once and again after the API refused it. Thread-safe.</summary>
internal sealed class ApiKey(Secret secret)
{
    private volatile string? _key;

    /// <summary>The key as last read, or why there is none at the moment.</summary>
    public bool TryGet([NotNullWhen(true)] out string? key, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        key = _key;
        if (key is not null) return true;
        try
        {
            var read = secret.Reveal().Trim();
            if (read.Length > 0 && read.All(c => c is > ' ' and <= '~')) _key = key = read;
            else problem = "apiKey is empty or has characters that no key has";
        }
        catch (IOException e)
        {
            problem = $"apiKey cannot be read: {e.Message}";
        }

        return key is not null;
    }

    /// <summary>Forgets <paramref name="refused"/>, so that the next request reads the secret again.</summary>
    /// <returns>True when the secret has another value by now.</returns>
    public bool Renew(string refused)
    {
        // Another request may have read a newer value meanwhile; that one stays
        Interlocked.CompareExchange(ref _key, null, refused);
        return TryGet(out var current, out _) && current != refused;
    }
}
