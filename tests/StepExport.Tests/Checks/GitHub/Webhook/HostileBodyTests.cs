using System.Text;
using StepExport.Core.Checks;

namespace StepExport.Tests.Checks.GitHub.Webhook;

/// <summary>Bodies that are signed, and are not what GitHub sends.</summary>
public sealed class HostileBodyTests
{
    public static TheoryData<string, byte[]> Bodies => new()
    {
        { "nothing", [] },
        { "no JSON", "<xml/>"u8.ToArray() },
        { "cut off", Encoding.UTF8.GetBytes(HookRig.Press()[..^1]) },
        { "two of them", Encoding.UTF8.GetBytes(HookRig.Press() + HookRig.Press()) },
        { "no object", "[1,2]"u8.ToArray() },
        { "depth of 10,000", Encoding.UTF8.GetBytes(new string('[', 10_000) + new string(']', 10_000)) },
        { "objects 10,000 deep", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"check_run\":", 10_000)) + "1" + new string('}', 10_000)) },
        { "NUL behind it", Encoding.UTF8.GetBytes(HookRig.Press() + "\0") },
        { "UTF-16", Encoding.Unicode.GetBytes(HookRig.Press()) },
        { "no UTF-8 in the login", Encoding.Latin1.GetBytes(HookRig.Press("j\u00e4ne").Replace("\\u00E4", "\u00e4", StringComparison.Ordinal)) },
        { "half a surrogate in the login", Encoding.UTF8.GetBytes(HookRig.Press().Replace("\"jane\"", "\"\\ud83d\"", StringComparison.Ordinal)) },
        { "the login twice", Encoding.UTF8.GetBytes(HookRig.Press("mallory").Replace("\"login\":\"mallory\"", "\"login\":\"mallory\",\"login\":\"jane\"", StringComparison.Ordinal)) },
        { "numbers for texts", Encoding.UTF8.GetBytes(HookRig.Press(adjust: body => (body["requested_action"], body["sender"]) = (1, 2))) },
        { "a text for a number", Encoding.UTF8.GetBytes(HookRig.Press(adjust: body => body["check_run"] = "42")) },
        { "arrays for objects", Encoding.UTF8.GetBytes(HookRig.CheckRun("rerequested", body => body["repository"] = Array.Empty<int>())) },
        { "no action", Encoding.UTF8.GetBytes(HookRig.CheckRun("", body => body.Remove("action"))) },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_hostile_body_is_400(string _, byte[] body)
    {
        await using var rig = await HookRig.StartAsync();

        Assert.Equal(400, (await rig.DeliverAsync(body)).Status);

        Assert.Null(rig.Checks.Store.NextPressAt());
        Assert.Equal(CheckStatus.Pending, rig.Check.Status);
        Assert.DoesNotContain(rig.Log.All, line => line.StartsWith("Error", StringComparison.Ordinal));
        Assert.Equal(202, await rig.StatusAsync(HookRig.Press()));
    }

    [Theory]
    [InlineData("""{"action":"completed","workflow_run":{"id":"12","path":"x"},"repository":{"full_name":"acme/api"}}""")]
    [InlineData("""{"action":"completed","workflow_run":{"id":-5,"path":"x"},"repository":{"full_name":"acme/api"}}""")]
    [InlineData("""{"action":"completed","workflow_run":{"id":1e400,"path":"x"},"repository":{"full_name":"acme/api"}}""")]
    [InlineData("""{"action":"completed","workflow_run":{"id":12},"repository":{"full_name":"acme/api/../x"}}""")]
    [InlineData("""{"action":"completed","workflow_run":{"id":12},"repository":{"full_name":"acme/<b>"}}""")]
    [InlineData("""{"action":"completed","workflow_run":{"id":12}}""")]
    public async Task A_run_that_is_none_is_400(string body)
    {
        await using var rig = await HookRig.StartAsync();
        Assert.Equal(400, await rig.StatusAsync(body, "workflow_run"));
        Assert.Equal(1, rig.Checks.Store.List(new()).Total);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_413_however_it_comes()
    {
        await using var rig = await HookRig.StartAsync();
        var body = new byte[6_000_000];
        body.AsSpan().Fill((byte)' ');
        Encoding.UTF8.GetBytes(HookRig.Press(), body);

        Assert.Equal(413, (await rig.DeliverAsync(body)).Status);
        Assert.Equal(413, (await rig.DeliverAsync(body, adjust: request => request.Headers.TransferEncodingChunked = true)).Status);
        Assert.Equal(202, (await rig.DeliverAsync(body[..5_000_000])).Status);
    }
}
