using System.Globalization;
using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Auth;

namespace StepExport.Aws;

/// <summary>Signs a POST of one of Amazon's JSON protocols (Signature Version 4). Pure.</summary>
/// <remarks>The signature is the SDK core's, of a canonical request that is built here: the core's own wants the machinery of a whole client
/// around it, and takes the time from the machine.</remarks>
internal static class AwsJsonSigner
{
    /// <summary>Adds the headers of the signature.</summary>
    /// <param name="request">To the root path, without query; has its content type already.</param>
    /// <param name="body">Its content.</param>
    /// <param name="target">Which operation, for <c>X-Amz-Target</c>.</param>
    /// <param name="scope">Region and service.</param>
    /// <param name="credentials">Sign; a session token goes along.</param>
    /// <param name="at">Now.</param>
    public static void Sign(
        HttpRequestMessage request, byte[] body, string target, (string Region, string Service) scope, ImmutableCredentials credentials, DateTimeOffset at)
    {
        var time = at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["content-type"] = request.Content!.Headers.ContentType!.ToString(),
            ["host"] = request.RequestUri!.Authority,
            ["x-amz-date"] = time,
            ["x-amz-target"] = target,
        };
        if (credentials.UseToken) headers["x-amz-security-token"] = credentials.Token;
        foreach (var (name, value) in headers)
        {
            if (name.StartsWith("x-amz-", StringComparison.Ordinal)) request.Headers.TryAddWithoutValidation(name, value);
        }

        var signed = string.Join(';', headers.Keys);
        var lines = string.Concat(headers.Select(header => $"{header.Key}:{header.Value}\n"));
        var canonical = $"POST\n/\n\n{lines}\n{signed}\n{Convert.ToHexStringLower(SHA256.HashData(body))}";
        var result = AWS4Signer.ComputeSignature(credentials, scope.Region, at.UtcDateTime, scope.Service, signed, canonical);
        request.Headers.TryAddWithoutValidation("Authorization", result.ForAuthorizationHeader);
    }
}
