using System.Security.Cryptography;
using StepExport.Configuration;

namespace StepExport.Tests.Checks;

/// <summary>Configurations with a section <c>checks</c>, and the variables that they refer to.</summary>
internal static class ConfigSample
{
    public const string GitHubApp = "appId: '1', privateKey: '${env:STEPEXPORT_TEST_APP_KEY}'";

    public const string Webhook = "listen: '127.0.0.1:8972', secret: '${env:STEPEXPORT_TEST_LONG}'";

    public const string Oidc = "authority: https://login.example.com/realms/acme, clientId: c";

    /// <summary>Nothing to complain about.</summary>
    public const string Quiet = "approvers: { logins: [anna] }, signIn: { operators: { anna: { token: '${env:STEPEXPORT_TEST_ANNA}' } } }";

    static ConfigSample()
    {
        using var key = RSA.Create(2048);
        using var small = RSA.Create(1024);
        Set("APP_KEY", key.ExportRSAPrivateKeyPem());
        Set("PKCS8", key.ExportPkcs8PrivateKeyPem());
        Set("SMALL_KEY", small.ExportRSAPrivateKeyPem());
        Set("PUBLIC_KEY", key.ExportRSAPublicKeyPem());
        Set("LONG", "0123456789abcdef0123456789abcdef");
        Set("ANNA", "a0a1a2a3a4a5a6a7a8a9b0b1b2b3b4b5");
        Set("BEN", "c0c1c2c3c4c5c6c7c8c9d0d1d2d3d4d5\n e0e1e2e3e4e5e6e7e8e9f0f1f2f3f4f5 ");
        Set("BENS_SECOND", "e0e1e2e3e4e5e6e7e8e9f0f1f2f3f4f5");

        static void Set(string name, string value) => Environment.SetEnvironmentVariable($"STEPEXPORT_TEST_{name}", value);
    }

    /// <param name="checks">What stands in the section.</param>
    /// <param name="rest">Further sections; sources and sinks are there.</param>
    public static LoadedConfig Load(string checks, string rest = "")
    {
        var sources = rest.Contains("sources:", StringComparison.Ordinal) ? "" : "sources: { a: { type: stdin } }\n";
        var sinks = rest.Contains("sinks:", StringComparison.Ordinal) ? "" : "sinks: { b: { type: console } }\n";
        return new ConfigLoader(Composition.Factories).Parse("c.yaml", $"checks: {{ {checks} }}\n{sources}{sinks}{rest}");
    }

    public static string[] Texts(IEnumerable<ConfigProblem> problems) => [.. problems.Select(p => $"{p.Path}: {p.Message}")];
}
