using System.Text;

namespace StepExport.Core.Normalization.Redaction;

/// <summary>Names whose value is a credential, whatever it looks like.</summary>
internal static class SecretNames
{
    private static readonly string[] Endings =
    [
        "password", "passwd", "passphrase", "token", "api_key", "api-key", "apikey", "access_key", "accesskey", "private_key",
        "privatekey", "secret_key", "secretkey", "_secret", "-secret", "clientsecret", "authorization",
    ];

    private static readonly string[] Flags =
    [
        "--password", "--passwd", "--passphrase", "--pass", "--pwd", "--token", "--secret", "--api-key", "--apikey", "--access-key",
        "--private-key", "--secret-key", "--auth-token", "--oauth2-bearer",
    ];

    /// <summary>Whether the member must be masked.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="text">Its value: a flag or an unfilled placeholder hides nothing, and the vendor masks <c>secret</c> with stars.</param>
    public static bool Hides(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text)
    {
        if (name.Length < 5 || text.IsEmpty || text.StartsWith("true"u8) || text.StartsWith("false"u8) || text.Contains((byte)'*')) return false;
        return Ascii.EqualsIgnoreCase(name, "secret"u8) || EndsWith(name, Endings);
    }

    /// <summary>Whether an argument announces that the next one is a credential.</summary>
    public static bool IsFlag(ReadOnlySpan<byte> argument)
    {
        if (argument.Length < 5 || argument[0] != '-') return false;
        foreach (var flag in Flags)
        {
            if (Ascii.EqualsIgnoreCase(argument, flag)) return true;
        }

        return argument[1] == '-' && EndsWith(argument, Endings);
    }

    private static bool EndsWith(ReadOnlySpan<byte> text, string[] endings)
    {
        foreach (var ending in endings)
        {
            if (text.Length >= ending.Length && Ascii.EqualsIgnoreCase(text[^ending.Length..], ending)) return true;
        }

        return false;
    }
}
