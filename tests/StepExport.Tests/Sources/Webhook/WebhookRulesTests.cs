using StepExport.Configuration;
using StepExport.Sources.Webhook;
using StepExport.Tests.Configuration;

namespace StepExport.Tests.Sources.Webhook;

public sealed class WebhookRulesTests
{
    private static readonly WebhookConfig Good = WebhookRig.Config with { Listen = "127.0.0.1:8971" };

    [Fact]
    public void Takes_the_smallest_configuration_and_fills_in_the_rest()
    {
        var loaded = Load("{ type: webhook, listen: '127.0.0.1:8971', auth: { bearer: '${env:PATH}' } }");

        Assert.Empty(loaded.Errors.Concat(loaded.Warnings).Select(p => p.ToString()));
        var config = (WebhookConfig)loaded.Config!.Sources.Single().Config;
        Assert.Equal("http://127.0.0.1:8971/v1/detections", config.Origin);
        Assert.Equal((16_000_000, 64_000_000, 64), (config.MaxBodySize.Bytes, config.MaxBufferedBytes.Bytes, config.MaxConcurrentRequests));
        Assert.Equal((500, 1000, 1000), (config.RequestsPerSecond, config.Burst, config.MaxConnections));
        Assert.Equal((TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(10)), (config.BodyTimeout.Value, config.AnswerTimeout.Value));
        Assert.Equal(("X-Hub-Signature-256", "sha256=", "hex"), new WebhookHmacConfig { Secret = new("x") } is var hmac ? (hmac.Header, hmac.Prefix, hmac.Encoding) : default);
    }

    [Fact]
    public void The_example_is_valid_and_warns_of_nothing()
    {
        Environment.SetEnvironmentVariable("WEBHOOK_TOKEN", "0123456789abcdef0123456789abcdef");
        var loaded = new ConfigLoader(Composition.Factories).Load(CheckedIn.Config("webhook.yaml"));
        Assert.Empty(loaded.Errors.Concat(loaded.Warnings).Select(p => p.ToString()));
    }

    [Fact]
    public void Somebody_has_to_be_let_in() => Expect(Good with { Auth = new() }, "auth", "lets nobody in; set bearer, hmac or both");

    [Theory]
    [InlineData("8971")]
    [InlineData("hook.example.com:8971")]
    [InlineData("::1:8971")]
    [InlineData("0.0.0.0:99999")]
    public void Rejects_what_is_no_address(string listen) => Expect(Good with { Listen = listen }, "listen", "is not an address and port");

    [Theory]
    [InlineData("v1")]
    [InlineData("/v1?x")]
    [InlineData("/v1 2")]
    [InlineData("/v1#x")]
    public void Rejects_what_is_no_path(string path) => Expect(Good with { Path = path }, "path", "is not a path");

    [Fact]
    public void Two_bodies_must_fit_into_memory() =>
        Expect(Good with { MaxBodySize = new(32_000_001) }, "maxBufferedBytes", "is less than twice maxBodySize");

    [Fact]
    public void Headers_have_names_of_their_own()
    {
        Expect(Good with { Auth = Good.Auth with { BearerHeader = "X Token" } }, "auth.bearerHeader", "is not the name of an HTTP header");
        Expect(Good with { Auth = Good.Auth with { Hmac = new() { Secret = new("x"), Header = "X:" } } }, "auth.hmac.header", "is not the name of an HTTP header");
        Expect(Good with { Auth = Good.Auth with { Hmac = new() { Secret = new("x"), Header = "authorization" } } }, "auth.hmac.header", "is the header of the token");
    }

    [Theory]
    [InlineData("0.0.0.0:8971", 1)]
    [InlineData("[::]:8971", 1)]
    [InlineData("localhost:8971", 0)]
    [InlineData("[::1]:8971", 0)]
    public void Warns_of_plain_http_that_others_can_reach(string listen, int warnings)
    {
        var problems = Validate(Good with { Listen = listen });
        Assert.Empty(problems.All);
        Assert.Equal(warnings, problems.Warnings.Count(w => w.Path == "tls"));
        Assert.Empty(Validate(Good with { Listen = listen, Tls = new() { Cert = "c", Key = "k" } }).Warnings);
    }

    [Theory]
    [InlineData("maxBodySize: 1GB", "maxBodySize: 1GB is out of range; write a size from 1KB to 256MB")]
    [InlineData("burst: 0", "burst: 0 is out of range")]
    [InlineData("answerTimeout: 1h", "answerTimeout: 1h is out of range")]
    [InlineData("tls: { cert: c }", "tls.key: is missing")]
    [InlineData("tls: { certificate: c }", "tls.certificate: unknown key")]
    public void The_file_is_read_strictly(string line, string expected) => Assert.Contains(
        Load($"{{ type: webhook, listen: '127.0.0.1:8971', auth: {{ hmac: {{ secret: '${{env:PATH}}' }} }}, {line} }}").Errors,
        e => e.ToString().Contains(expected, StringComparison.Ordinal));

    private static void Expect(WebhookConfig config, string path, string words) =>
        Assert.Contains(words, Assert.Single(Validate(config).All, p => p.Path == path).Message, StringComparison.Ordinal);

    private static ConfigProblems Validate(WebhookConfig config)
    {
        var problems = new ConfigProblems();
        new WebhookSourceFactory().Validate(config, problems);
        return problems;
    }

    private static LoadedConfig Load(string source) =>
        new ConfigLoader(Composition.Factories).Parse("c.yaml", $"sources: {{ hook: {source} }}\nsinks: {{ c: {{ type: console }} }}\n");
}
