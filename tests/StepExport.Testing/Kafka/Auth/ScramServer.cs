using System.Security.Cryptography;
using System.Text;

namespace StepExport.Testing.Kafka.Auth;

/// <summary>The server's side of one SCRAM exchange (RFC 5802): it knows the password, and sees only proofs of it.</summary>
internal sealed class ScramServer(HashAlgorithmName hash, string user, string password)
{
    private const int Iterations = 4096;
    private readonly byte[] _salt = RandomNumberGenerator.GetBytes(16);
    private string _clientFirst = "";
    private string _serverFirst = "";

    /// <summary>The user that the client names.</summary>
    public string User { get; private set; } = "";

    /// <summary>The proof was right.</summary>
    public bool IsOver { get; private set; }

    /// <summary>The answer to the client's first message.</summary>
    public string Challenge(string clientFirst)
    {
        _clientFirst = clientFirst["n,,".Length..];
        var fields = Fields(_clientFirst);
        User = fields['n'];
        return _serverFirst = $"r={fields['r']}{Guid.NewGuid():N},s={Convert.ToBase64String(_salt)},i={Iterations}";
    }

    /// <summary>The server's signature; null when the proof is wrong.</summary>
    public string? Verify(string clientFinal)
    {
        var fields = Fields(clientFinal);
        var signed = Encoding.UTF8.GetBytes($"{_clientFirst},{_serverFirst},{clientFinal[..clientFinal.LastIndexOf(",p=", StringComparison.Ordinal)]}");
        var salted = Rfc2898DeriveBytes.Pbkdf2(password, _salt, Iterations, hash, HashLength);
        var clientKey = Hmac(salted, "Client Key"u8);
        var signature = Hmac(Hash(clientKey), signed);
        var proof = clientKey.Zip(signature, (k, s) => (byte)(k ^ s)).ToArray();
        var isRight = User == user && proof.AsSpan().SequenceEqual(Convert.FromBase64String(fields['p']));
        IsOver = isRight;
        return isRight ? "v=" + Convert.ToBase64String(Hmac(Hmac(salted, "Server Key"u8), signed)) : null;
    }

    private int HashLength => hash == HashAlgorithmName.SHA512 ? 64 : 32;

    private byte[] Hash(byte[] data) => CryptographicOperations.HashData(hash, data);

    private byte[] Hmac(byte[] key, ReadOnlySpan<byte> data) => CryptographicOperations.HmacData(hash, key, data);

    private static Dictionary<char, string> Fields(string message) => message.Split(',').ToDictionary(f => f[0], f => f[2..]);
}
