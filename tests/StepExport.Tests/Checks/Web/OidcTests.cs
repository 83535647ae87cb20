using System.Net;
using System.Text.Json.Nodes;
using StepExport.Configuration;
using StepExport.Testing.Checks;
using StepExport.Testing.Oidc;

namespace StepExport.Tests.Checks.Web;

public sealed class OidcTests : IAsyncLifetime
{
    private FakeProvider _provider = null!;

    public async ValueTask InitializeAsync() => _provider = await FakeProvider.StartAsync();

    public ValueTask DisposeAsync() => _provider.DisposeAsync();

    [Fact]
    public async Task Signs_in_at_the_provider_and_approves_by_a_group()
    {
        await using var rig = await StartAsync();
        rig.Store.Apply([SomeFinding.Failing()]);
        using var visitor = rig.Visit();
        var page = $"/checks/{SomeFinding.Run()}";

        var entered = await EnterAsync(visitor, page);
        Assert.Equal((HttpStatusCode.Redirect, page), (entered.Status, entered.Location));
        Assert.Contains("Signed in as <b>octavia</b>", (await visitor.GetAsync("/checks")).Body, StringComparison.Ordinal);

        var done = await visitor.SubmitAsync(await visitor.GetAsync(page), $"{page}/approve");
        Assert.Equal(HttpStatusCode.SeeOther, done.Status);
        Assert.Equal("octavia", rig.Store.Find(SomeFinding.Run())!.Approval!.Login);
        Assert.Empty(_provider.Refusals);
    }

    [Fact]
    public async Task Claims_may_come_from_userinfo()
    {
        _provider.User = [];
        _provider.UserInfo = new() { ["sub"] = "u-1", ["preferred_username"] = "ulla", ["groups"] = new JsonArray("other") };
        await using var rig = await StartAsync();
        using var visitor = rig.Visit();

        await EnterAsync(visitor, "/checks");

        Assert.Contains("Signed in as <b>ulla</b>", (await visitor.GetAsync("/checks")).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(ProviderLie.State))]
    [InlineData(nameof(ProviderLie.Nonce))]
    [InlineData(nameof(ProviderLie.Signature))]
    [InlineData(nameof(ProviderLie.Unsigned))]
    [InlineData(nameof(ProviderLie.Expired))]
    [InlineData(nameof(ProviderLie.Issuer))]
    [InlineData(nameof(ProviderLie.Audience))]
    [InlineData(nameof(ProviderLie.Denied))]
    public async Task A_lie_signs_nobody_in(string lie)
    {
        await using var rig = await StartAsync();
        using var visitor = rig.Visit();
        _provider.Lie = Enum.Parse<ProviderLie>(lie);

        var refused = await EnterAsync(visitor, "/checks");

        Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);
        Assert.Contains("You are not signed in", refused.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", refused.Body, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", refused.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await visitor.GetAsync("/checks")).Status);

        _provider.Lie = ProviderLie.None;
        Assert.Equal(HttpStatusCode.Redirect, (await EnterAsync(visitor, "/checks")).Status);
    }

    [Fact]
    public async Task An_answer_belongs_to_the_browser_that_asked_and_counts_once()
    {
        await using var rig = await StartAsync();
        using var visitor = rig.Visit();
        using var thief = rig.Visit();
        var back = await AtProviderAsync(await visitor.GetAsync("/checks/sign-in/oidc"));

        Assert.Equal(HttpStatusCode.Unauthorized, (await thief.GetAsync(back)).Status);
        Assert.Equal(HttpStatusCode.Redirect, (await visitor.GetAsync(back)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await visitor.GetAsync(back)).Status);
    }

    [Fact]
    public async Task Says_so_when_the_login_is_missing()
    {
        _provider.User = new() { ["groups"] = new JsonArray("sec") };
        await using var rig = await StartAsync();
        using var visitor = rig.Visit();

        Assert.Contains("no claim preferred_username", (await EnterAsync(visitor, "/checks")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_so_when_the_provider_is_down()
    {
        await using var rig = await StartAsync("http://127.0.0.1:9");
        using var visitor = rig.Visit();

        var seen = await visitor.GetAsync("/checks/sign-in/oidc");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, seen.Status);
        Assert.Contains("The identity provider does not answer.", seen.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_redirect_address_is_below_the_public_one()
    {
        await using var rig = await StartAsync(publicUrl: "https://stepexport.example.com");
        using var visitor = rig.Visit();

        var away = await visitor.GetAsync("/checks/sign-in/oidc");

        Assert.Contains("redirect_uri=https%3A%2F%2Fstepexport.example.com%2Fchecks%2Fsigned-in", away.Location, StringComparison.Ordinal);
        Assert.Contains("__Host-stepexport-nonce-", away.Headers["Set-Cookie"], StringComparison.Ordinal);
    }

    private Task<WebRig> StartAsync(string? authority = null, string? publicUrl = null) => WebRig.StartAsync(config => config with
    {
        PublicUrl = publicUrl,
        SignIn = new()
        {
            Oidc = new() { Authority = authority ?? _provider.Authority, ClientId = FakeProvider.ClientId, ClientSecret = new Secret(FakeProvider.ClientSecret) },
        },
    });

    private static async Task<Seen> EnterAsync(Visitor visitor, string back)
    {
        var away = await visitor.GetAsync($"/checks/sign-in/oidc?return={Uri.EscapeDataString(back)}");
        Assert.Equal(HttpStatusCode.Redirect, away.Status);
        return await visitor.GetAsync(await AtProviderAsync(away));
    }

    private static async Task<string> AtProviderAsync(Seen away)
    {
        using var browser = new Visitor(new("http://127.0.0.1"));
        var seen = await browser.GetAsync(away.Location!);
        Assert.Equal(HttpStatusCode.Redirect, seen.Status);
        return seen.Location!;
    }
}
