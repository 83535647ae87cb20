using StepExport.Core.Checks;
using StepExport.Core.Model;
using StepExport.Http;

namespace StepExport.Configuration;

/// <summary>A check for each workflow run: it fails by the rules, people review and approve it, and GitHub is told.</summary>
internal sealed record ChecksConfig
{
    /// <summary>Address at which browsers reach the admin listener, e.g. https://stepexport.example.com: for links, cookies and the way back from
    /// sign-in. The listener's own address when left out.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>How long a check is kept after its last change, 1d to 3650d; pending ones too.</summary>
    [DurationRange("1d", "3650d")]
    public Duration Keep { get; init; } = new(TimeSpan.FromDays(180));

    /// <summary>What makes a check fail.</summary>
    public CheckRulesConfig Rules { get; init; } = new();

    /// <summary>Who may approve; nobody when left out.</summary>
    public ApproversConfig Approvers { get; init; } = new();

    /// <summary>How people sign in to the page.</summary>
    public SignInConfig SignIn { get; init; } = new();

    /// <summary>The GitHub App that looks runs up and writes check runs; without it everything else still works.</summary>
    public GitHubConfig? GitHub { get; init; }
}

/// <summary>A finding fails the check of its run when its type is listed and its endpoint is not expected, or when it is severe enough.</summary>
internal sealed record CheckRulesConfig
{
    /// <summary>Detection types that fail, <c>*</c> matches any run of characters.</summary>
    public IReadOnlyList<string> FailTypes { get; init; } = CheckRules.DefaultTypes;

    /// <summary>Lowest severity that fails whatever the type and the endpoint: informational, low, medium, high, critical, fatal, or none.</summary>
    [OneOf("informational", "low", "medium", "high", "critical", "fatal", "none")]
    public string FailSeverity { get; init; } = "critical";

    /// <summary>Endpoints that are known and wanted.</summary>
    public IReadOnlyList<ExpectedConfig> Expected { get; init; } = [];

    /// <summary>Checked before: every endpoint can be read.</summary>
    public CheckRules ToRules() => new(
        FailTypes,
        FailSeverity == "none" ? null : Enum.Parse<Severity>(FailSeverity, ignoreCase: true),
        [.. Expected.SelectMany(expected => expected.Endpoints.Select(endpoint => ExpectedEndpoint.TryParse(endpoint, expected.Repos)!))]);
}

/// <summary>Endpoints that the runs of some repositories may call.</summary>
internal sealed record ExpectedConfig
{
    /// <summary>Repositories as owner/repo, <c>*</c> matches any run of characters.</summary>
    [NotEmpty]
    public IReadOnlyList<string> Repos { get; init; } = ["*"];

    /// <summary>Hosts, addresses or networks, with a port or for any: ghcr.io:443, *.docker.io, 10.0.0.0/8, [2001:db8::1]:443.</summary>
    [NotEmpty]
    public required IReadOnlyList<string> Endpoints { get; init; }
}

/// <summary>Who may approve: who is in any of these lists.</summary>
internal sealed record ApproversConfig
{
    /// <summary>GitHub logins, or names of operators that have none.</summary>
    public IReadOnlyList<string> Logins { get; init; } = [];

    /// <summary>GitHub teams as org/team; needs checks.gitHub, whose App may read the organization's members.</summary>
    public IReadOnlyList<string> Teams { get; init; } = [];

    /// <summary>Groups as the identity provider names them; needs checks.signIn.oidc.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>true lets who opened the pull request, or started the run, approve it.</summary>
    public bool Authors { get; init; }
}

/// <summary>How people sign in to the page. With neither, nobody can.</summary>
internal sealed record SignInConfig
{
    /// <summary>People with a token of their own, by name.</summary>
    public IReadOnlyDictionary<string, OperatorConfig> Operators { get; init; } = new Dictionary<string, OperatorConfig>();

    /// <summary>An identity provider that speaks OpenID Connect.</summary>
    public OidcConfig? Oidc { get; init; }

    /// <summary>How long a sign-in lasts, 5m to 7d.</summary>
    [DurationRange("5m", "7d")]
    public Duration Lifetime { get; init; } = new(TimeSpan.FromHours(8));
}

/// <summary>A person with a token.</summary>
internal sealed record OperatorConfig
{
    /// <summary>What proves who it is, on the page and to the API.</summary>
    [Guessable]
    public required Secret Token { get; init; }

    /// <summary>GitHub login, which approvals are made under; the name when left out.</summary>
    public string? Login { get; init; }
}

/// <summary>An identity provider: authorization code with PKCE.</summary>
internal sealed record OidcConfig
{
    /// <summary>Issuer, e.g. https://login.example.com/realms/acme; /.well-known/openid-configuration below it is read.</summary>
    public required string Authority { get; init; }

    /// <summary>As which the program is registered, with the redirect address {publicUrl}/checks/signed-in.</summary>
    public required string ClientId { get; init; }

    /// <summary>Secret of the registration; none for a public client.</summary>
    public Secret? ClientSecret { get; init; }

    /// <summary>Scopes besides openid.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = ["profile"];

    /// <summary>Claim that holds the login, which approvals are made under and which approvers.logins names.</summary>
    public string LoginClaim { get; init; } = "preferred_username";

    /// <summary>Claim that holds the groups.</summary>
    public string GroupsClaim { get; init; } = "groups";

    /// <summary>Trust and client certificate towards the provider.</summary>
    public TlsConfig Tls { get; init; } = new();
}

/// <summary>A GitHub App with the permissions Checks: write, Actions: read, Pull requests: read, and Members: read for approvers.teams.</summary>
internal sealed record GitHubConfig
{
    /// <summary>The REST API; https://HOST/api/v3 for GitHub Enterprise Server.</summary>
    public string ApiUrl { get; init; } = "https://api.github.com";

    /// <summary>Number or client id of the App.</summary>
    public required string AppId { get; init; }

    /// <summary>Private key of the App, PEM, e.g. ${file:/run/secrets/github-app.pem}. It is read again when GitHub refuses it.</summary>
    public required Secret PrivateKey { get; init; }

    /// <summary>Name of the check run on the pull request; a required check is named after it.</summary>
    public string CheckName { get; init; } = "Harden-Runner";

    /// <summary>How long a check rests after a change before GitHub is told, so that the detections of one moment become one update; 0s to 10m.</summary>
    [DurationRange("0s", "10m")]
    public Duration Settle { get; init; } = new(TimeSpan.FromSeconds(5));

    /// <summary>A request without an answer is given up after this, 100ms to 2m.</summary>
    [DurationRange("100ms", "2m")]
    public Duration Timeout { get; init; } = new(TimeSpan.FromSeconds(30));

    /// <summary>Wait between attempts while GitHub does not take what it is told; attempts never end.</summary>
    public RetryConfig Retry { get; init; } = new();

    /// <summary>HTTP proxy, e.g. http://proxy:3128; none = no proxy; the one in HTTPS_PROXY / HTTP_PROXY / NO_PROXY when left out.</summary>
    public string? Proxy { get; init; }

    /// <summary>Trust and client certificate for an https address.</summary>
    public TlsConfig Tls { get; init; } = new();

    /// <summary>Where GitHub delivers its events, for the Approve button; without it, approving works on the page only.</summary>
    public GitHubWebhookConfig? Webhook { get; init; }
}

/// <summary>Takes the App's events check_run and workflow_run.</summary>
internal sealed record GitHubWebhookConfig
{
    /// <summary>Address and port to listen on, e.g. 0.0.0.0:8972; not the admin listener's: this one is for the Internet.</summary>
    public required string Listen { get; init; }

    /// <summary>Path of the deliveries; every other path is answered 404.</summary>
    public string Path { get; init; } = "/v1/github";

    /// <summary>The App's webhook secret. To rotate it, write the new one on a further line.</summary>
    [Guessable]
    public required Secret Secret { get; init; }

    /// <summary>Certificate of this listener; without it, it speaks plain HTTP, and a proxy in front has to speak TLS.</summary>
    public ServerTlsConfig? Tls { get; init; }

    /// <summary>Whether a run that ended without a detection gets a check too (event workflow_run), so that the check can be a required one.</summary>
    public bool EveryRun { get; init; } = true;
}
