using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace StepExport.Testing.Aws;

/// <summary>Recomputes the Signature Version 4 of a request from Amazon's description of it, without the SDK.</summary>
internal static partial class SignatureCheck
{
    /// <summary>SQS's code for what is wrong; null when the request is signed by the key, with everything that has to be.</summary>
    public static string? Problem(HttpRequest request, byte[] body, (string Id, string Secret, string? Token) key)
    {
        var parts = Authorization().Match(request.Headers.Authorization.ToString());
        if (!parts.Success) return "MissingAuthenticationToken";
        var (id, scope, names, signature) = (parts.Groups[1].Value, parts.Groups[2].Value, parts.Groups[3].Value, parts.Groups[4].Value);
        if (id != key.Id) return "InvalidClientTokenId";
        if (request.Headers["x-amz-security-token"].ToString() != (key.Token ?? "")) return "InvalidClientTokenId";
        var signed = names.Split(';');
        var needed = request.Headers.Keys.Select(name => name.ToLowerInvariant()).Where(name => name is "host" or "content-type" || name.StartsWith("x-amz-", StringComparison.Ordinal));
        if (!scope.EndsWith("/sqs/aws4_request", StringComparison.Ordinal) || needed.Except(signed).Any()) return "IncompleteSignature";

        var time = request.Headers["x-amz-date"].ToString();
        var lines = string.Concat(signed.Select(name => $"{name}:{request.Headers[name]}\n"));
        var canonical = $"{request.Method}\n{request.Path}\n{request.QueryString}\n{lines}\n{names}\n{Hash(body)}";
        var signing = scope.Split('/').Aggregate(Encoding.UTF8.GetBytes($"AWS4{key.Secret}"), Sign);
        var expected = Convert.ToHexStringLower(Sign(signing, $"AWS4-HMAC-SHA256\n{time}\n{scope}\n{Hash(Encoding.UTF8.GetBytes(canonical))}"));
        return expected == signature ? null : "SignatureDoesNotMatch";
    }

    private static byte[] Sign(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    [GeneratedRegex(@"^AWS4-HMAC-SHA256 Credential=([^/]+)/([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})\z")]
    private static partial Regex Authorization();
}
