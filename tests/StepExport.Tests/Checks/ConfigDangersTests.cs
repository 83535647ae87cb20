using StepExport.Configuration;
using static StepExport.Tests.Checks.ConfigSample;

namespace StepExport.Tests.Checks;

/// <summary>What is allowed in the section <c>checks</c>, but dangerous.</summary>
public sealed class ConfigDangersTests
{
    public static TheoryData<string, string, string> Dangers { get; } = new()
    {
        { $"{Quiet}, publicUrl: 'http://stepexport.example.com'", "checks.publicUrl", "sign-ins and the cookies that stand for them travel unencrypted" },
        { $"{Quiet}, rules: {{ failTypes: [], failSeverity: none }}", "checks.rules.failTypes", "no check ever fails" },
        { $"{Quiet}, rules: {{ expected: [{{ endpoints: [0.0.0.0/0] }}] }}", "checks.rules.expected[0].endpoints[0]", "every address is expected" },
        { $"{Quiet}, rules: {{ expected: [{{ endpoints: ['[::/0]:443'] }}] }}", "checks.rules.expected[0].endpoints[0]", "every address is expected" },
        { "signIn: { operators: { anna: { token: '${env:STEPEXPORT_TEST_ANNA}' } } }", "checks.approvers", "names nobody" },
        { "approvers: { logins: [anna], authors: true }, signIn: { operators: { anna: { token: '${env:STEPEXPORT_TEST_ANNA}' } } }", "checks.approvers.authors", "can approve what its runs did" },
        { "approvers: { logins: [anna] }", "checks.signIn", "nobody can approve" },
        { $"approvers: {{ logins: [anna] }}, gitHub: {{ {GitHubApp} }}", "checks.signIn", "nobody can approve" },
        { $"publicUrl: https://s, approvers: {{ logins: [anna] }}, signIn: {{ oidc: {{ authority: 'http://login', clientId: c }} }}", "checks.signIn.oidc.authority", "sign-ins and the client secret travel unencrypted" },
        { $"publicUrl: https://s, approvers: {{ logins: [anna] }}, signIn: {{ oidc: {{ {Oidc}, tls: {{ verify: false }} }} }}", "checks.signIn.oidc.tls.verify", "anyone on the way" },
        { $"{Quiet}, gitHub: {{ {GitHubApp}, apiUrl: 'http://ghe/api/v3' }}", "checks.gitHub.apiUrl", "the tokens of the App travel unencrypted" },
        { $"{Quiet}, gitHub: {{ {GitHubApp}, tls: {{ verify: false }} }}", "checks.gitHub.tls.verify", "anyone on the way" },
        { $"{Quiet}, gitHub: {{ {GitHubApp}, webhook: {{ listen: '0.0.0.0:8972', secret: '${{env:STEPEXPORT_TEST_LONG}}' }} }}", "checks.gitHub.webhook.tls", "other machines can reach 0.0.0.0:8972" },
    };

    [Theory]
    [MemberData(nameof(Dangers))]
    public void A_danger_is_named_with_its_place(string section, string path, string words)
    {
        var warning = Assert.Single(Warnings(Load(section)));
        Assert.Equal(path, warning.Path);
        Assert.Contains(words, warning.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Quiet)]
    [InlineData($"approvers: {{ logins: [anna] }}, gitHub: {{ {GitHubApp}, webhook: {{ {Webhook} }} }}")]
    [InlineData($"publicUrl: https://s, approvers: {{ groups: [security] }}, signIn: {{ oidc: {{ {Oidc} }} }}")]
    [InlineData($"{Quiet}, publicUrl: 'http://localhost:8970'")]
    [InlineData($"{Quiet}, rules: {{ expected: [{{ endpoints: ['10.0.0.0/8', '*.docker.io', 'ghcr.io:443'] }}] }}")]
    public void What_is_well_is_not_warned_about(string section) => Assert.Empty(Warnings(Load(section)));

    [Fact]
    public void Pages_need_the_listener()
    {
        var warnings = Warnings(Load(Quiet, "admin: { listen: off }")).Select(w => w.Path);
        Assert.Equal(["checks.signIn", "admin.listen"], warnings);
    }

    [Fact]
    public void A_token_that_can_be_guessed_is_warned_about()
    {
        Environment.SetEnvironmentVariable("STEPEXPORT_TEST_GUESSED", "hunter2");
        var warning = Assert.Single(Warnings(Load("approvers: { logins: [anna] }, signIn: { operators: { anna: { token: '${env:STEPEXPORT_TEST_GUESSED}' } } }")));
        Assert.Equal("checks.signIn.operators.anna.token", warning.Path);
        Assert.DoesNotContain("hunter2", warning.Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<ConfigProblem> Warnings(LoadedConfig loaded)
    {
        Assert.Empty(Texts(loaded.Errors));
        return loaded.Warnings;
    }
}
