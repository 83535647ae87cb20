using System.Text;
using StepExport.Core.Checks;
using StepExport.Testing;
using StepExport.Testing.Checks;

namespace StepExport.Tests.Checks.GitHub.Webhook;

/// <summary>Whatever is sent here that GitHub did not sign, or that may not approve, approves nothing.</summary>
public sealed class DeliveryRefusalTests
{
    public static TheoryData<string, string> BadSignatures => new()
    {
        { "none", "" },
        { "empty", "sha256=" },
        { "old kind", "sha1=" + new string('0', 40) },
        { "forged", HookRig.Sign(Encoding.UTF8.GetBytes(HookRig.Press()), "another secret") },
        { "of another body", HookRig.Sign(Encoding.UTF8.GetBytes(HookRig.Press("joe"))) },
        { "without its prefix", HookRig.Sign(Encoding.UTF8.GetBytes(HookRig.Press()))[7..] },
        { "cut off", HookRig.Sign(Encoding.UTF8.GetBytes(HookRig.Press()))[..^2] },
        { "of the empty secret", HookRig.Sign(Encoding.UTF8.GetBytes(HookRig.Press()), "") },
    };

    [Theory]
    [MemberData(nameof(BadSignatures))]
    public async Task A_signature_that_is_not_that_of_the_body_is_401(string _, string signature)
    {
        await using var rig = await HookRig.StartAsync();
        await RefusedAsync(rig, 401, HookRig.Press(), adjust: request => Sign(request, signature));
    }

    [Fact]
    public async Task Two_signatures_are_none()
    {
        await using var rig = await HookRig.StartAsync();
        var right = HookRig.Sign(Encoding.UTF8.GetBytes(HookRig.Press()));
        await RefusedAsync(rig, 401, HookRig.Press(), adjust: request => Sign(request, right, right));
    }

    [Fact]
    public async Task A_body_that_is_not_signed_is_not_parsed()
    {
        await using var rig = await HookRig.StartAsync();
        await RefusedAsync(rig, 401, "{", secret: "another secret");
        await RefusedAsync(rig, 400, "{");
    }

    [Fact]
    public async Task A_secret_is_rotated_by_lines()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("secret", "old\nnew\n");
        await using var rig = await HookRig.StartAsync(HookRig.Config(new($"${{file:{file}}}")));
        Assert.Equal(200, await rig.StatusAsync("{}", "ping", "old"));
        Assert.Equal(200, await rig.StatusAsync("{}", "ping", "new"));

        await System.IO.File.WriteAllTextAsync(file, "new\n", TestContext.Current.CancellationToken);
        rig.Checks.Time.Advance(TimeSpan.FromSeconds(10));
        await RefusedAsync(rig, 401, HookRig.Press(), secret: "old");
        Assert.Equal(202, await rig.StatusAsync(HookRig.Press(), secret: "new"));
    }

    [Fact]
    public async Task A_check_run_of_another_App_is_403()
    {
        await using var rig = await HookRig.StartAsync();
        await RefusedAsync(rig, 403, HookRig.Press(adjust: body => body["check_run"] = HookRig.Run(app: 43)));
        await RefusedAsync(rig, 403, HookRig.CheckRun("rerequested", body => body["check_run"] = HookRig.Run(app: 43)));
        await RefusedAsync(rig, 403, HookRig.Press(adjust: body => body["check_run"] = new { external_id = SomeFinding.Run().ToString() }));

        await using var byClient = await HookRig.StartAsync(HookRig.Config(appId: "Iv1.abc"));
        await RefusedAsync(byClient, 403, HookRig.Press(adjust: body => body["check_run"] = HookRig.Run(clientId: "Iv1.abd")));
        Assert.Equal(202, await byClient.StatusAsync(HookRig.Press(adjust: body => body["check_run"] = HookRig.Run(clientId: "Iv1.abc"))));
    }

    [Theory]
    [InlineData("Bot")]
    [InlineData("Organization")]
    [InlineData("user")]
    [InlineData(null)]
    public async Task Who_is_no_person_is_403(string? type)
    {
        await using var rig = await HookRig.StartAsync();
        await RefusedAsync(rig, 403, HookRig.Press(adjust: body => body["sender"] = new { login = "jane", type }));
    }

    [Fact]
    public async Task A_check_of_another_repository_is_400()
    {
        await using var rig = await HookRig.StartAsync();
        await RefusedAsync(rig, 400, HookRig.Press(adjust: body => body["repository"] = new { full_name = "mallory/api" }));
        await RefusedAsync(rig, 400, HookRig.Press(adjust: body => body["repository"] = null));
        await RefusedAsync(rig, 400, HookRig.Press(adjust: body => body["check_run"] = HookRig.Run(external: "acme/api")));
        await RefusedAsync(rig, 404, HookRig.Press(adjust: body => body["check_run"] = HookRig.Run(external: SomeFinding.Run(99).ToString())));
        Assert.Equal(202, await rig.StatusAsync(HookRig.Press(adjust: body => body["repository"] = new { full_name = "Acme/API" })));
    }

    [Theory]
    [InlineData("approve:")]
    [InlineData("approve:+1")]
    [InlineData("approve: 1")]
    [InlineData("approve:-1")]
    [InlineData("approve:1.0")]
    [InlineData("approve:99999999999")]
    [InlineData("APPROVE:1")]
    [InlineData("reject:1")]
    public async Task A_button_of_somebody_else_is_400(string identifier)
    {
        await using var rig = await HookRig.StartAsync();
        await RefusedAsync(rig, 400, HookRig.Press(adjust: body => body["requested_action"] = new { identifier }));
    }

    [Theory]
    [InlineData("jane\0")]
    [InlineData("jane\n2026 approved")]
    [InlineData("dependabot[bot]")]
    [InlineData("")]
    public async Task A_name_that_nobody_at_GitHub_has_is_400(string login)
    {
        await using var rig = await HookRig.StartAsync();
        await RefusedAsync(rig, 400, HookRig.Press(login));
    }

    [Fact]
    public async Task Only_posts_of_JSON_to_the_path_are_read()
    {
        await using var rig = await HookRig.StartAsync();
        Assert.Equal(405, await rig.StatusAsync("", adjust: request => (request.Method, request.Content) = (HttpMethod.Get, null)));
        Assert.Equal(405, await rig.StatusAsync(HookRig.Press(), adjust: request => request.Method = HttpMethod.Put));
        Assert.Equal(404, await rig.StatusAsync(HookRig.Press(), adjust: request => request.RequestUri = new(request.RequestUri!, "/v1/GITHUB")));

        var form = Encoding.UTF8.GetBytes("payload=" + Uri.EscapeDataString(HookRig.Press()));
        var (status, body) = await rig.DeliverAsync(form, adjust: request => request.Content!.Headers.ContentType = new("application/x-www-form-urlencoded"));
        Assert.Equal((415, """{"error":"set the content type of the App's webhook to application/json"}"""), (status, body));
        await RefusedAsync(rig, 415, HookRig.Press(), adjust: request => request.Content!.Headers.ContentType = null);
        await RefusedAsync(rig, 415, HookRig.Press(), adjust: request => request.Content!.Headers.ContentEncoding.Add("gzip"));
    }

    private static void Sign(HttpRequestMessage request, params string[] signatures)
    {
        request.Headers.Remove("X-Hub-Signature-256");
        foreach (var signature in signatures) request.Headers.TryAddWithoutValidation("X-Hub-Signature-256", signature);
    }

    private static async Task RefusedAsync(HookRig rig, int status, string body, string secret = HookRig.Secret, Action<HttpRequestMessage>? adjust = null)
    {
        Assert.Equal(status, await rig.StatusAsync(body, secret: secret, adjust: adjust));
        Assert.Null(rig.Checks.Store.NextPressAt());
        Assert.Null(rig.Checks.Store.NextReport());
        Assert.Equal(CheckStatus.Pending, rig.Check.Status);
    }
}
