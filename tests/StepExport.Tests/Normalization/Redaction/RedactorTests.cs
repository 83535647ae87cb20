using System.Text.Json;
using StepExport.Core.Normalization;
using StepExport.Core.Normalization.Redaction;

namespace StepExport.Tests.Normalization.Redaction;

public sealed class RedactorTests
{
    [Theory]
    [InlineData("x ghp_0123456789abcdefghijABCDEFGHIJ012345 y", "x *** y")]
    [InlineData("github_pat_11ABCDEFG0abcdefghijkl_mnopqrstuvwxyz", "***")]
    [InlineData("AKIAIOSFODNN7EXAMPLE", "***")]
    [InlineData("xoxb-123456789012-abcdef", "***")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl", "***")]
    [InlineData("a -----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- b", "a *** b")]
    [InlineData("-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl", "***")]
    [InlineData("curl -H 'Authorization: Bearer abc.def'", "curl -H 'Authorization: Bearer ***'")]
    [InlineData("authorization=Basic dXNlcjpw", "authorization=Basic ***")]
    [InlineData("PRIVATE-TOKEN: abc", "PRIVATE-TOKEN: ***")]
    [InlineData("tool --password hunter2 --verbose", "tool --password *** --verbose")]
    [InlineData("tool --github-token=abc next", "tool --github-token=*** next")]
    [InlineData("AWS_SECRET_ACCESS_KEY=abc/def npm publish", "AWS_SECRET_ACCESS_KEY=*** npm publish")]
    [InlineData("export NPM_TOKEN='a b'; ls", "export NPM_TOKEN=***; ls")]
    [InlineData("DB_PASSWORD_PROD=x", "DB_PASSWORD_PROD=***")]
    [InlineData("https://bob:pw@example.com/x", "https://***@example.com/x")]
    [InlineData("https://0123456789@github.com/a/b", "https://***@github.com/a/b")]
    [InlineData("https://e.com/?a=1&access_token=zzz&b=2", "https://e.com/?a=1&access_token=***&b=2")]
    [InlineData("https://s3/x?X-Amz-Signature=abc&X-Amz-Date=1", "https://s3/x?X-Amz-Signature=***&X-Amz-Date=1")]
    [InlineData("https://m/?key=abc", "https://m/?key=***")]
    [InlineData("curl -d {\"api_key\":\"abc\",\"n\":1}", "curl -d {\"api_key\":\"***\",\"n\":1}")]
    [InlineData("sshpass -p hunter2 ssh x", "sshpass -p *** ssh x")]
    [InlineData("mysql -u root -phunter2 db", "mysql -u root -p*** db")]
    [InlineData("docker login -u a -p hunter2 ghcr.io", "docker login -u a -p *** ghcr.io")]
    [InlineData("redis-cli -a hunter2 ping", "redis-cli -a *** ping")]
    [InlineData("curl -u admin:hunter2 https://x", "curl -u admin:*** https://x")]
    public void Masks_the_credential_and_nothing_else(string text, string masked)
    {
        var json = JsonSerializer.Serialize(new { id = "X", value = text });
        Assert.Equal(masked, Normalized.Event(json)["unmapped"]!["value"]!.GetValue<string>());
        Assert.Equal(1, Normalized.Of(json).Redactions);
        Assert.Equal(text, Normalized.Event(json, new NormalizationSettings { Redact = false })["unmapped"]!["value"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("git clone ssh://git@github.com/a/b")]
    [InlineData("actions/checkout@v3")]
    [InlineData("/repos/a/b/actions/runners/registration-token")]
    [InlineData("mysql -u root -P 3306 db")]
    [InlineData("docker run -p 8080:80 nginx")]
    [InlineData("a secret was found, the token is gone")]
    [InlineData("tokenizer=bert --key-size 2048")]
    [InlineData("Secret-In-Build-Log-handle-private-key-private-key")]
    public void Leaves_alone_what_is_no_credential(string text)
    {
        var json = JsonSerializer.Serialize(new { id = "X", value = text });
        Assert.Equal(text, Normalized.Event(json)["unmapped"]!["value"]!.GetValue<string>());
        Assert.Equal(0, Normalized.Of(json).Redactions);
    }

    [Theory]
    [InlineData("""["tool","--password","hunter2"]""")]
    [InlineData("""["tool","--npm-token","hunter2"]""")]
    [InlineData("""["/usr/bin/curl","-u","admin:hunter2"]""")]
    [InlineData("""["mysqldump","-phunter2"]""")]
    [InlineData("""["sshpass","-p","hunter2","ssh"]""")]
    [InlineData("""["docker","login","-p","hunter2"]""")]
    [InlineData("""["redis-cli","-a","hunter2"]""")]
    public void Masks_credentials_of_an_argument_vector_everywhere(string arguments)
    {
        var json = $$"""{"id":"Reverse-Shell","process_events":[{"pid":1,"exe":"x","arguments":{{arguments}}}],"copy":{{arguments}}}""";
        var finding = Normalized.Event(json, new NormalizationSettings { IncludeRaw = true }).ToJsonString();
        Assert.DoesNotContain("hunter2", finding);
        Assert.Contains("raw_data", finding);
    }

    [Theory]
    [InlineData("""{"id":"X","GITHUB_TOKEN":"abc"}""")]
    [InlineData("""{"id":"X","env":{"password":"abc"}}""")]
    [InlineData("""{"id":"X","env":{"api_key":"abc"}}""")]
    [InlineData("""{"id":"X","client_secret":"abc"}""")]
    [InlineData("""{"id":"Secret-In-Build-Log","secret":"abc"}""")]
    [InlineData("""{"id":"X","v":"ghp\u005f0123456789012345678901234567890abc"}""")]
    [InlineData("""{"id":"X","ghp_0123456789012345678901234567890abc":1}""")]
    public void Masks_by_name_and_behind_escapes(string json) =>
        Assert.DoesNotContain("abc", Normalized.Event(json, new NormalizationSettings { IncludeRaw = true }).ToJsonString().Replace(Normalized.Uid(json), string.Empty));

    [Fact]
    public void Own_patterns_are_masked_too()
    {
        var settings = new NormalizationSettings { RedactPatterns = ["ACME-[0-9]+"] };
        Assert.Equal("my *** and ***", Normalized.Event("""{"id":"X","v":"my ACME-1 and ACME-22"}""", settings)["unmapped"]!["v"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("(", false)]
    [InlineData("(?=a)", false)]
    [InlineData("a+", true)]
    public void Says_whether_a_pattern_can_be_used(string pattern, bool usable) => Assert.Equal(usable, Redactor.Check(pattern) is null);
}
