using System.Text.RegularExpressions;
using StepExport.Configuration;
using StepExport.Http;

namespace StepExport.Aws;

/// <summary>What the shape of <c>credentials</c> and <c>stsEndpoint</c> does not show to be wrong.</summary>
internal static partial class AwsCredentialRules
{
    /// <param name="prefix">Path of the section that holds the two keys, with a dot at its end; empty for the sink itself.</param>
    /// <param name="credentials">The first of them.</param>
    /// <param name="stsEndpoint">The second.</param>
    /// <param name="problems">Told what is wrong.</param>
    public static void Validate(string prefix, AwsCredentialsConfig credentials, string? stsEndpoint, ConfigProblems problems)
    {
        var section = $"{prefix}credentials";
        ValidateKinds(section, credentials, problems);
        problems.AddIfBlank($"{section}.profile", credentials.Profile);
        if (credentials.AssumeRole is { } role) ValidateRole($"{section}.assumeRole", role.RoleArn, role.SessionName, problems);
        problems.AddIfBlank($"{section}.assumeRole.externalId", credentials.AssumeRole?.ExternalId);
        if (credentials.WebIdentity is { } identity) ValidateRole($"{section}.webIdentity", identity.RoleArn, identity.SessionName, problems);
        problems.AddIfBlank($"{section}.webIdentity.tokenFile", credentials.WebIdentity?.TokenFile);
        if (stsEndpoint is not null && HttpAddress.Read($"{prefix}stsEndpoint", stsEndpoint, "https://sts.example.com", problems) is { } address)
            HttpAddress.WarnOfPlain($"{prefix}stsEndpoint", address, "credentials", problems);
    }

    private static void ValidateKinds(string section, AwsCredentialsConfig credentials, ConfigProblems problems)
    {
        var hasKeys = credentials.AccessKeyId is not null || credentials.SecretAccessKey is not null || credentials.SessionToken is not null;
        string[] kinds =
        [
            .. credentials.Profile is null ? Array.Empty<string>() : ["profile"],
            .. hasKeys ? ["accessKeyId"] : Array.Empty<string>(),
            .. credentials.WebIdentity is null ? Array.Empty<string>() : ["webIdentity"],
        ];
        if (kinds.Length > 1) problems.Add(section, $"{string.Join(" and ", kinds)} exclude each other; leave all but one out");
        if (hasKeys && credentials.AccessKeyId is null) problems.Add($"{section}.accessKeyId", "is missing; it belongs to secretAccessKey and sessionToken");
        if (hasKeys && credentials.SecretAccessKey is null) problems.Add($"{section}.secretAccessKey", "is missing; it belongs to accessKeyId");
    }

    private static void ValidateRole(string path, string arn, string session, ConfigProblems problems)
    {
        if (!Role().IsMatch(arn)) problems.Add($"{path}.roleArn", $"'{arn}' is not a role; write it as arn:aws:iam::123456789012:role/name");
        if (!Session().IsMatch(session)) problems.Add($"{path}.sessionName", $"'{session}' is not a session name; write 2 to 64 letters, digits and +=,.@_-");
    }

    [GeneratedRegex(@"^arn:[a-z0-9-]+:iam::[0-9]{12}:role/[\x21-\x7e]+\z")]
    private static partial Regex Role();

    [GeneratedRegex(@"^[A-Za-z0-9+=,.@_-]{2,64}\z")]
    private static partial Regex Session();
}
