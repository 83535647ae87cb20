using static StepExport.Tests.Checks.ConfigSample;

namespace StepExport.Tests.Checks;

/// <summary>Each mistake in the section <c>checks</c>, with the exact words that an operator reads.</summary>
public sealed class ConfigRulesTests
{
    [Theory]
    [InlineData("publicUrl: stepexport.example.com", "checks.publicUrl: 'stepexport.example.com' is not an address; write it as https://stepexport.example.com")]
    [InlineData("publicUrl: 'https://h/checks'", "checks.publicUrl: 'https://h/checks' has more than an address: the pages have a host of their own, at its root; write it as https://stepexport.example.com")]
    [InlineData("publicUrl: 'https://h?a=b'", "checks.publicUrl: 'https://h?a=b' has more than an address: the pages have a host of their own, at its root; write it as https://stepexport.example.com")]
    [InlineData("publicUrl: 'https://u:hunter2@h'", "checks.publicUrl: has a user or password in it; write it as https://stepexport.example.com")]
    [InlineData("keep: 1h", "checks.keep: 1h is out of range; write a duration from 1d to 3650d")]
    [InlineData("rules: { failTypes: [' '] }", "checks.rules.failTypes[0]: is empty; give it a value or leave it out")]
    [InlineData("rules: { failSeverity: hihg }", "checks.rules.failSeverity: 'hihg' is not one of informational, low, medium, high, critical, fatal, none; did you mean 'high'?")]
    [InlineData("rules: { expected: [{ endpoints: [] }] }", "checks.rules.expected[0].endpoints: the list is empty; write at least one value or remove the key")]
    [InlineData("rules: { expected: [{ endpoints: [ghcr.io, '10.1.2.3/8'] }] }", "checks.rules.expected[0].endpoints[1]: '10.1.2.3/8' is not a host, address or network; write one like ghcr.io:443, *.docker.io, 10.0.0.0/8 or [2001:db8::1]:443")]
    [InlineData("rules: { expected: [{ endpoints: ['https://ghcr.io'] }] }", "checks.rules.expected[0].endpoints[0]: 'https://ghcr.io' is not a host, address or network; write one like ghcr.io:443, *.docker.io, 10.0.0.0/8 or [2001:db8::1]:443")]
    [InlineData("rules: { expected: [{ repos: [' '], endpoints: [ghcr.io] }] }", "checks.rules.expected[0].repos[0]: is empty; give it a value or leave it out")]
    public void A_mistake_in_address_and_rules(string section, string expected) => Assert.Equal([expected], Texts(Load($"{Quiet}, {section}").Errors));

    [Theory]
    [InlineData("logins: ['@anna']", "checks.approvers.logins[0]: '@anna' is not a login; write it without @ and blanks")]
    [InlineData("logins: [anna, 'anna m']", "checks.approvers.logins[1]: 'anna m' is not a login; write it without @ and blanks")]
    [InlineData("logins: ['']", "checks.approvers.logins[0]: is empty; give it a value or remove the key")]
    [InlineData("teams: [security]", "checks.approvers.teams[0]: 'security' is not a team; write org/team, as in the address of its page: without @, with - for blanks")]
    [InlineData("teams: ['@acme/security']", "checks.approvers.teams[0]: '@acme/security' is not a team; write org/team, as in the address of its page: without @, with - for blanks")]
    [InlineData("teams: ['acme/../security']", "checks.approvers.teams[0]: 'acme/../security' is not a team; write org/team, as in the address of its page: without @, with - for blanks")]
    public void A_mistake_in_the_lists_of_approvers(string lists, string expected) => Assert.Equal([expected], Texts(Load($"approvers: {{ {lists} }}, gitHub: {{ {GitHubApp} }}").Errors));

    [Fact]
    public void Teams_and_groups_need_somebody_who_knows_them() => Assert.Equal(
        [
            "checks.approvers.teams: who is in a team only GitHub knows; add checks.gitHub or list logins",
            "checks.approvers.groups: who is in a group only the identity provider knows; add checks.signIn.oidc or list logins",
        ],
        Texts(Load("approvers: { teams: [acme/security], groups: [security] }").Errors));

    [Theory]
    [InlineData("operators: { 'anna m': { token: '${env:STEPEXPORT_TEST_ANNA}' } }", "checks.signIn.operators.anna m: cannot be the name of an operator; use up to 64 letters, digits, - _ . and begin with a letter or digit")]
    [InlineData("operators: { anna: { token: '${env:STEPEXPORT_TEST_ANNA}', login: ' ' } }", "checks.signIn.operators.anna.login: is empty; give it a value or leave it out")]
    [InlineData("operators: { anna: {} }", "checks.signIn.operators.anna.token: is missing; add it")]
    [InlineData("lifetime: 8d", "checks.signIn.lifetime: 8d is out of range; write a duration from 5m to 7d")]
    [InlineData("oidc: { authority: login.example.com, clientId: c }", "checks.signIn.oidc.authority: 'login.example.com' is not an address; write it as https://login.example.com/realms/acme")]
    [InlineData("oidc: { authority: 'https://login.example.com/?a=b', clientId: c }", "checks.signIn.oidc.authority: 'https://login.example.com/?a=b' has more than an issuer's address; write it as https://login.example.com/realms/acme")]
    [InlineData($"oidc: {{ {Oidc}, scopes: [profile groups] }}", "checks.signIn.oidc.scopes[0]: 'profile groups' is not a scope; write each on its own: [profile, groups]")]
    [InlineData($"oidc: {{ {Oidc}, loginClaim: ' ', groupsClaim: ' ' }}", "checks.signIn.oidc.loginClaim: is empty; give it a value or leave it out|checks.signIn.oidc.groupsClaim: is empty; give it a value or leave it out")]
    [InlineData($"oidc: {{ {Oidc}, tls: {{ cert: x }} }}", "checks.signIn.oidc.tls.key: tls.cert is set: name the private key's PEM file here as well")]
    public void A_mistake_in_sign_in(string section, string expected) =>
        Assert.Equal(expected.Split('|'), Texts(Load($"publicUrl: https://s, approvers: {{ logins: [anna] }}, signIn: {{ {section} }}").Errors));

    [Fact]
    public void The_way_back_from_an_identity_provider_is_fixed() => Assert.Equal(
        ["checks.publicUrl: is missing, and the identity provider sends people back to a fixed address; write it as https://stepexport.example.com"],
        Texts(Load($"approvers: {{ logins: [anna] }}, signIn: {{ oidc: {{ {Oidc} }} }}").Errors));

    [Theory]
    [InlineData("ben: { token: '${env:STEPEXPORT_TEST_BENS_SECOND}' }, cleo: { token: '${env:STEPEXPORT_TEST_BEN}' }", "checks.signIn.operators.cleo.token: is that of checks.signIn.operators.ben.token, too: who approved could not be told; give each a token of his own")]
    [InlineData("ben: { token: '${env:STEPEXPORT_TEST_LONG}' }", "checks.signIn.operators.ben.token: is that of admin.token, too: who approved could not be told; give each a token of his own")]
    public void A_token_is_of_one_person(string operators, string expected) =>
        Assert.Equal([expected], Texts(Load($"signIn: {{ operators: {{ {operators} }} }}", "admin: { token: '${env:STEPEXPORT_TEST_LONG}' }").Errors));

    [Theory]
    [InlineData("apiUrl: https://github.com", "checks.gitHub.apiUrl: 'https://github.com' is not the REST API; write it as https://api.github.com, or https://HOST/api/v3 of an Enterprise Server")]
    [InlineData("apiUrl: api.github.com", "checks.gitHub.apiUrl: 'api.github.com' is not an address; write it as https://api.github.com, or https://HOST/api/v3 of an Enterprise Server")]
    [InlineData("checkName: ' '", "checks.gitHub.checkName: is empty; give it a value or leave it out")]
    [InlineData("settle: 11m", "checks.gitHub.settle: 11m is out of range; write a duration from 0s to 10m")]
    [InlineData("retry: { initial: 2m, max: 1m }", "checks.gitHub.retry.initial: 2m is more than max 1m; lower it or raise max")]
    [InlineData("proxy: proxy", "checks.gitHub.proxy: 'proxy' is not an address; write it as http://proxy:3128, or none for no proxy")]
    [InlineData("tls: { verify: false, ca: x }", "checks.gitHub.tls.ca: has no effect while tls.verify is false: remove one of the two")]
    [InlineData($"webhook: {{ {Webhook}, path: v1 }}", "checks.gitHub.webhook.path: 'v1' is not a path; write one like /v1/github")]
    [InlineData("webhook: { listen: '8972', secret: '${env:STEPEXPORT_TEST_LONG}' }", "checks.gitHub.webhook.listen: '8972' is not an address and port; write 0.0.0.0:8972, [::]:8972 or 127.0.0.1:8972")]
    [InlineData("webhook: { listen: '127.0.0.1:8970', secret: '${env:STEPEXPORT_TEST_LONG}' }", "checks.gitHub.webhook.listen: 127.0.0.1:8970 is taken by admin.listen 127.0.0.1:8970; choose another port, for GitHub's deliveries alone")]
    public void A_mistake_in_what_GitHub_is_told(string section, string expected) => Assert.Equal([expected], Texts(Load($"{Quiet}, gitHub: {{ {GitHubApp}, {section} }}").Errors));

    [Fact]
    public void The_name_of_a_check_run_has_its_limit()
    {
        Assert.Empty(Load($"{Quiet}, gitHub: {{ {GitHubApp}, checkName: {new string('a', 100)} }}").Errors);
        Assert.Equal(["checks.gitHub.checkName: has 101 characters; write at most 100"], Texts(Load($"{Quiet}, gitHub: {{ {GitHubApp}, checkName: {new string('a', 101)} }}").Errors));
    }

    [Theory]
    [InlineData("'123456'", true)]
    [InlineData("Iv23liABCdefGHIjklMN", true)]
    [InlineData("'my app'", false)]
    public void An_App_has_a_number_or_a_client_id(string id, bool isRight)
    {
        var errors = Texts(Load($"{Quiet}, gitHub: {{ appId: {id}, privateKey: '${{env:STEPEXPORT_TEST_APP_KEY}}' }}").Errors);
        Assert.Equal(isRight ? [] : ["checks.gitHub.appId: 'my app' is not the number or the client id of an App; write one like \"123456\" or Iv23liABCdefGHIjklMN"], errors);
    }

    [Theory]
    [InlineData("APP_KEY", null)]
    [InlineData("PKCS8", null)]
    [InlineData("PUBLIC_KEY", "is no RSA private key in PEM; write ${file:PATH} with the .pem file that GitHub gave for the App")]
    [InlineData("LONG", "is no RSA private key in PEM; write ${file:PATH} with the .pem file that GitHub gave for the App")]
    [InlineData("SMALL_KEY", "is an RSA key of 1024 bits; let GitHub generate a new one")]
    public void The_key_of_the_App_is_looked_at_and_not_shown(string variable, string? expected)
    {
        var errors = Texts(Load($"{Quiet}, gitHub: {{ appId: '1', privateKey: '${{env:STEPEXPORT_TEST_{variable}}}' }}").Errors);
        Assert.Equal(expected is null ? [] : [$"checks.gitHub.privateKey: {expected}"], errors);
    }

    [Theory]
    [InlineData("127.0.0.1:8971", true)]
    [InlineData("0.0.0.0:8971", true)]
    [InlineData("127.0.0.2:8971", false)]
    [InlineData("127.0.0.1:8972", false)]
    [InlineData("127.0.0.1:0", false)]
    public void GitHubs_deliveries_have_a_port_of_their_own(string listen, bool collides)
    {
        var errors = Texts(Load(
            $"{Quiet}, gitHub: {{ {GitHubApp}, webhook: {{ listen: '{listen}', secret: '${{env:STEPEXPORT_TEST_LONG}}' }} }}",
            "sources: { hook: { type: webhook, listen: '127.0.0.1:8971', auth: { bearer: '${env:STEPEXPORT_TEST_LONG}' } } }").Errors);
        Assert.Equal(collides ? [$"checks.gitHub.webhook.listen: {listen} is taken by sources.hook.listen 127.0.0.1:8971; choose another port, for GitHub's deliveries alone"] : [], errors);
    }

    [Fact]
    public void The_name_of_the_built_in_sink_is_taken_while_there_are_checks()
    {
        const string Sinks = "sinks: { checks: { type: console } }";
        Assert.Equal(["sinks.checks: is the name of the sink that feeds the checks; choose another one while there is a section checks"], Texts(Load(Quiet, Sinks).Errors));
    }
}
