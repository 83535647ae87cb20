using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace StepExport.Core.Checks.Records;

/// <summary>Identities of the records about checks: pure, so that what is published again after a crash is recognised.</summary>
internal static class CheckRecordUid
{
    /// <param name="kind">What the record tells, e.g. <c>Check-Approval</c>.</param>
    /// <param name="check">Of which check.</param>
    /// <param name="at">When it happened; a store that is made anew counts its events anew.</param>
    /// <param name="what">The event's number or the finding's uid.</param>
    /// <returns>SHA-256, 32 bytes.</returns>
    public static byte[] Of(string kind, CheckKey check, DateTimeOffset at, string what) => SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\n', "stepexport/check", kind, check.Repository, check.RunId, at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), what)));
}
