using System.Net;
using StepExport.Testing.Checks;

namespace StepExport.Tests.Checks.Web;

public sealed class GuardTests
{
    [Theory]
    [InlineData("/checks", HttpStatusCode.OK)]
    [InlineData("/checks/acme/api/16625207001", HttpStatusCode.OK)]
    [InlineData("/checks/acme/api/1", HttpStatusCode.NotFound)]
    [InlineData("/checks/acme/api/x", HttpStatusCode.NotFound)]
    [InlineData("/checks/acme/api/1/approve", HttpStatusCode.MethodNotAllowed)]
    [InlineData("/checks/sign-in/oidc", HttpStatusCode.NotFound)]
    [InlineData("/checks/sign-out", HttpStatusCode.MethodNotAllowed)]
    [InlineData("/checks/signed-in", HttpStatusCode.NotFound)]
    [InlineData("/checks/style.css", HttpStatusCode.OK)]
    public async Task Every_answer_tells_the_browser_what_not_to_do(string path, HttpStatusCode status)
    {
        await using var rig = await WebRig.StartAsync();
        rig.Store.Apply([SomeFinding.Failing()]);
        using var visitor = await rig.SignInAsync();

        var seen = await visitor.GetAsync(path);

        Assert.Equal(status, seen.Status);
        AssertHeaders(seen);
        if (!path.EndsWith(".css", StringComparison.Ordinal)) Assert.Equal("no-store", seen.Headers["Cache-Control"]);
        Assert.DoesNotContain("<script", seen.Body, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("style=", seen.Body, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("evil.example.com", HttpStatusCode.MisdirectedRequest)]
    [InlineData("localhost.evil.example.com", HttpStatusCode.MisdirectedRequest)]
    [InlineData("198.51.100.7", HttpStatusCode.MisdirectedRequest)]
    [InlineData("stepexport.example.com:8443", HttpStatusCode.MisdirectedRequest)]
    [InlineData("stepexport.example.com", HttpStatusCode.OK)]
    [InlineData("localhost:1234", HttpStatusCode.OK)]
    [InlineData("[::1]:8970", HttpStatusCode.OK)]
    public async Task Only_our_own_names_are_answered(string host, HttpStatusCode status)
    {
        await using var rig = await WebRig.StartAsync(config => config with { PublicUrl = "http://stepexport.example.com" });
        using var visitor = rig.Visit();
        var request = new HttpRequestMessage(HttpMethod.Get, "/checks/sign-in");
        request.Headers.Host = host;

        var seen = await visitor.SendAsync(request);

        Assert.Equal(status, seen.Status);
        AssertHeaders(seen);
    }

    [Fact]
    public async Task A_form_that_is_too_large_is_refused()
    {
        await using var rig = await WebRig.StartAsync();
        using var visitor = rig.Visit();
        var page = await visitor.GetAsync("/checks/sign-in");

        var seen = await visitor.SubmitAsync(page, "/checks/sign-in", ("token", new string('x', 65 * 1024)));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, seen.Status);
        AssertHeaders(seen);
    }

    [Fact]
    public async Task Only_forms_are_taken()
    {
        await using var rig = await WebRig.StartAsync();
        using var visitor = rig.Visit();

        var json = await visitor.SendAsync(new(HttpMethod.Post, "/checks/sign-in") { Content = new StringContent("{}", null, "application/json") });
        var put = await visitor.SendAsync(new(HttpMethod.Put, "/checks/sign-in"));

        Assert.Equal((HttpStatusCode.UnsupportedMediaType, HttpStatusCode.MethodNotAllowed), (json.Status, put.Status));
    }

    [Fact]
    public async Task The_other_pages_of_the_listener_are_as_before_and_browsers_find_the_checks()
    {
        await using var rig = await WebRig.StartAsync();
        using var visitor = rig.Visit();
        var browser = new HttpRequestMessage(HttpMethod.Get, "/");
        browser.Headers.Add("Accept", "text/html,application/xhtml+xml");

        Assert.Equal((HttpStatusCode.Redirect, "/checks"), ((await visitor.SendAsync(browser)) is var seen ? (seen.Status, seen.Location) : default));
        Assert.Equal("ok\n", (await visitor.GetAsync("/livez")).Body);
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync("/checksum")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync("/")).Status);
    }

    private static void AssertHeaders(Seen seen)
    {
        Assert.Equal("default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'", seen.Headers["Content-Security-Policy"]);
        Assert.Equal("nosniff", seen.Headers["X-Content-Type-Options"]);
        Assert.Equal("same-origin", seen.Headers["Referrer-Policy"]);
        Assert.Equal("same-origin", seen.Headers["Cross-Origin-Opener-Policy"]);
        Assert.True(seen.Headers.ContainsKey("Permissions-Policy"));
    }
}
