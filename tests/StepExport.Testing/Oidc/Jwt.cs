using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace StepExport.Testing.Oidc;

/// <summary>Tokens made by hand, so that they can be wrong.</summary>
internal static class Jwt
{
    public const string KeyId = "key-1";

    public static string Sign(JsonObject claims, RSA key, string keyId)
    {
        var signed = $"{Part(new() { ["alg"] = "RS256", ["typ"] = "JWT", ["kid"] = keyId })}.{Part(claims)}";
        return $"{signed}.{Base64(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    public static string Unsigned(JsonObject claims) => $"{Part(new() { ["alg"] = "none", ["typ"] = "JWT" })}.{Part(claims)}.";

    public static JsonObject PublicKey(RSA key)
    {
        var parameters = key.ExportParameters(false);
        return new() { ["kty"] = "RSA", ["use"] = "sig", ["alg"] = "RS256", ["kid"] = KeyId, ["n"] = Base64(parameters.Modulus!), ["e"] = Base64(parameters.Exponent!) };
    }

    public static string Base64(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    private static string Part(JsonObject json) => Base64(Encoding.UTF8.GetBytes(json.ToJsonString()));
}
