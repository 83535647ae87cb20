using System.Net;
using StepExport.Checks;
using StepExport.Testing.Checks;

namespace StepExport.Tests.Checks.Web;

public sealed class SignInTests
{
    [Theory]
    [InlineData("/checks")]
    [InlineData("/checks?status=pending")]
    [InlineData("/checks/acme/api/16625207001")]
    [InlineData("/checks/nothing")]
    public async Task Strangers_see_the_sign_in_page_and_nothing_else(string path)
    {
        await using var rig = await WebRig.StartAsync();
        rig.Store.Apply([SomeFinding.Failing()]);
        using var stranger = rig.Visit();

        var seen = await stranger.GetAsync(path);

        Assert.Equal(HttpStatusCode.SeeOther, seen.Status);
        Assert.StartsWith("/checks/sign-in", seen.Location, StringComparison.Ordinal);
        Assert.Empty(seen.Body);
        Assert.DoesNotContain("acme", (await stranger.GetAsync("/checks/sign-in")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_of_an_operator_signs_in_and_leads_back()
    {
        await using var rig = await WebRig.StartAsync();
        using var visitor = rig.Visit();
        var asked = await visitor.GetAsync("/checks/acme/api/1?a=b&c=d");

        var page = await visitor.GetAsync(asked.Location!);
        var entered = await visitor.SubmitAsync(page, "/checks/sign-in", ("token", $" {WebRig.VictorToken}\n"));

        Assert.Equal((HttpStatusCode.SeeOther, "/checks/acme/api/1?a=b&c=d"), (entered.Status, entered.Location));
        var cookie = entered.Headers["Set-Cookie"];
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Signed in as <b>victor</b>", (await visitor.GetAsync("/checks")).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://evil.example.com/")]
    [InlineData("//evil.example.com/")]
    [InlineData("/checks\\@evil.example.com")]
    public async Task Nobody_is_led_elsewhere(string back)
    {
        await using var rig = await WebRig.StartAsync();
        using var visitor = rig.Visit();

        Assert.Equal("/checks", (await visitor.SignInAsync(WebRig.OctoToken, back)).Location);
        Assert.Equal("/checks", (await visitor.GetAsync($"/checks/sign-in?return={Uri.EscapeDataString(back)}")).Location);
    }

    [Theory]
    [InlineData("")]
    [InlineData("token-of-octo-012345678")]
    [InlineData("token-of-octo-01234567890")]
    [InlineData("TOKEN-OF-OCTO-0123456789")]
    public async Task A_wrong_token_is_refused(string token)
    {
        await using var rig = await WebRig.StartAsync();
        using var visitor = rig.Visit();

        var refused = await visitor.SignInAsync(token);

        Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);
        Assert.Contains("nobody&#39;s token", refused.Body.Replace("'", "&#39;", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await visitor.GetAsync("/checks")).Status);
    }

    [Fact]
    public async Task Who_tries_tokens_has_to_wait_ever_longer_and_the_right_one_does_not_help_meanwhile()
    {
        await using var rig = await WebRig.StartAsync();
        using var visitor = rig.Visit();
        for (var i = 0; i < 5; i++) Assert.Equal(HttpStatusCode.Unauthorized, (await visitor.SignInAsync("wrong")).Status);

        var waits = await visitor.SignInAsync(WebRig.OctoToken);
        Assert.Equal((HttpStatusCode.TooManyRequests, "1"), (waits.Status, waits.Headers["Retry-After"]));
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.Unauthorized, (await visitor.SignInAsync("wrong")).Status);
        Assert.Equal("2", (await visitor.SignInAsync(WebRig.OctoToken)).Headers["Retry-After"]);
        rig.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(HttpStatusCode.SeeOther, (await visitor.SignInAsync(WebRig.OctoToken)).Status);
    }

    [Fact]
    public async Task A_session_ends()
    {
        await using var rig = await WebRig.StartAsync();
        using var visitor = await rig.SignInAsync();
        rig.Time.Advance(TimeSpan.FromHours(8) - TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/checks")).Status);

        rig.Time.Advance(TimeSpan.FromSeconds(1.5));

        Assert.Equal(HttpStatusCode.SeeOther, (await visitor.GetAsync("/checks")).Status);
    }

    [Fact]
    public async Task An_operator_whose_token_was_exchanged_is_out()
    {
        await using var rig = await WebRig.StartAsync();
        using var victor = await rig.SignInAsync(WebRig.VictorToken);
        Assert.Equal(HttpStatusCode.OK, (await victor.GetAsync("/checks")).Status);

        await File.WriteAllTextAsync(rig.VictorFile, "another token", TestContext.Current.CancellationToken);
        rig.Time.Advance(Operators.MostAge);

        Assert.Equal(HttpStatusCode.SeeOther, (await victor.GetAsync("/checks")).Status);
    }

    [Fact]
    public async Task Who_signs_out_is_a_stranger()
    {
        await using var rig = await WebRig.StartAsync();
        using var visitor = await rig.SignInAsync();
        var page = await visitor.GetAsync("/checks");

        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await visitor.GetAsync("/checks/sign-out")).Status);
        Assert.Equal("/checks/sign-in", (await visitor.SubmitAsync(page, "/checks/sign-out")).Location);

        Assert.Equal(HttpStatusCode.SeeOther, (await visitor.GetAsync("/checks")).Status);
    }

    [Fact]
    public async Task Says_what_to_configure_when_nobody_can_sign_in()
    {
        await using var rig = await WebRig.StartAsync(config => config with { SignIn = new() });
        using var visitor = rig.Visit();

        var page = await visitor.GetAsync("/checks/sign-in");

        Assert.Contains("checks.signIn.operators", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("<input", page.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_are_readable_for_nobody_else()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes");
        await using var rig = await WebRig.StartAsync();
        using var visitor = await rig.SignInAsync();

        var key = Assert.Single(Directory.GetFiles(rig.KeyFolder));
#pragma warning disable CA1416 // Skipped above
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(rig.KeyFolder));
#pragma warning restore CA1416
    }

    [Fact]
    public async Task Under_a_public_https_address_cookies_travel_by_https_only()
    {
        await using var rig = await WebRig.StartAsync(config => config with { PublicUrl = "https://stepexport.example.com" });
        using var visitor = rig.Visit();
        var page = await visitor.GetAsync("/checks/sign-in");

        Assert.Contains("__Host-stepexport-form=", page.Headers["Set-Cookie"], StringComparison.Ordinal);
        Assert.Contains("; secure", page.Headers["Set-Cookie"], StringComparison.OrdinalIgnoreCase);
    }
}
