using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;

namespace StepExport.Kafka.Auth;

/// <summary>AWS Signature Version 4 in the query string of a GET without body ("presigned URL"), with the host as the only signed header.</summary>
/// <remarks>Own code because the SDK's signer is marked internal, and takes the time from the machine and not from us.</remarks>
internal static class SigV4
{
    private const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>Whom the signature is for.</summary>
    internal readonly record struct Scope(string Host, string Region, string Service);

    /// <param name="scope">Host, region and service.</param>
    /// <param name="query">The request's own parameters, not encoded, each name once.</param>
    /// <param name="credentials">Signs; a session token becomes part of the address.</param>
    /// <param name="at">Now.</param>
    /// <param name="lifetime">Whole seconds.</param>
    /// <returns>The address, root path, parameters in canonical order with the signature last.</returns>
    public static string Presign(
        Scope scope, IEnumerable<KeyValuePair<string, string>> query, ImmutableCredentials credentials, DateTimeOffset at, TimeSpan lifetime)
    {
        var time = at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var scopeText = $"{time[..8]}/{scope.Region}/{scope.Service}/aws4_request";
        var parameters = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["X-Amz-Algorithm"] = Algorithm,
            ["X-Amz-Credential"] = $"{credentials.AccessKey}/{scopeText}",
            ["X-Amz-Date"] = time,
            ["X-Amz-Expires"] = lifetime.TotalSeconds.ToString("0", CultureInfo.InvariantCulture),
            ["X-Amz-SignedHeaders"] = "host",
        };
        if (credentials.UseToken) parameters["X-Amz-Security-Token"] = credentials.Token;
        foreach (var (name, value) in query) parameters.Add(name, value);

        var canonicalQuery = string.Join('&', parameters.Select(p => $"{Uri.EscapeDataString(p.Key)}={Uri.EscapeDataString(p.Value)}"));
        var canonical = $"GET\n/\n{canonicalQuery}\nhost:{scope.Host}\n\nhost\n{Hash("")}";
        var signature = Convert.ToHexStringLower(Sign(Key(credentials.SecretKey, time[..8], scope), $"{Algorithm}\n{time}\n{scopeText}\n{Hash(canonical)}"));
        return $"https://{scope.Host}/?{canonicalQuery}&X-Amz-Signature={signature}";
    }

    private static byte[] Key(string secret, string date, Scope scope) =>
        new[] { date, scope.Region, scope.Service, "aws4_request" }.Aggregate(Encoding.UTF8.GetBytes("AWS4" + secret), Sign);

    private static byte[] Sign(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
