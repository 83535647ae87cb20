using StepExport.Configuration;
using StepExport.Sinks.SplunkHec;

namespace StepExport.Tests.Sinks.SplunkHec;

public sealed class HecSinkFactoryTests
{
    private static readonly HecConfig Good = HecHarness.Config("https://splunk.example.com:8088", new Secret("t"));

    [Theory]
    [InlineData("https://splunk.example.com:8088")]
    [InlineData("https://splunk.example.com:8088/")]
    [InlineData("https://splunk.example.com:8088/services/collector")]
    [InlineData("https://splunk.example.com:8088/services/collector/event")]
    [InlineData("https://http-inputs-acme.splunkcloud.com")]
    [InlineData("https://[2001:db8::1]:8088")]
    public void Accepts_the_address_with_or_without_the_collectors_path(string address)
    {
        var problems = Validate(Good with { Endpoints = [address] });

        Assert.Empty(problems.All);
        Assert.Empty(problems.Warnings);
        Assert.True(HecEndpoint.TryParse(address, out var endpoint, out _));
        Assert.Equal("/services/collector/event", endpoint.Event.AbsolutePath);
        Assert.Equal("/services/collector/health", endpoint.Health.AbsolutePath);
    }

    [Theory]
    [InlineData("splunk:8088", "is not an address")]
    [InlineData("/services/collector", "is not an address")]
    [InlineData("ftp://splunk", "is not an address")]
    [InlineData("", "is not an address")]
    [InlineData("https://admin:pw@splunk:8088", "has a user or password in it")]
    [InlineData("https://splunk:8088/services/collector/raw", "has more than host and port; write https://splunk:8088")]
    [InlineData("https://splunk:8088/en-US", "has more than host and port")]
    [InlineData("https://splunk:8088/?token=x", "has more than host and port")]
    public void Rejects_any_other_address_and_says_what_to_write(string address, string message)
    {
        var (path, text) = Assert.Single(Validate(Good with { Endpoints = [address] }).All);

        Assert.Equal("endpoints[0]", path);
        Assert.Contains(message, text, StringComparison.Ordinal);
        Assert.DoesNotContain("pw", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Warns_of_plain_http()
    {
        var problems = Validate(Good with { Endpoints = ["http://splunk:8088"] });

        Assert.Empty(problems.All);
        Assert.Equal("endpoints[0]", Assert.Single(problems.Warnings).Path);
    }

    [Fact]
    public void Rejects_several_endpoints_for_now()
    {
        var problem = Assert.Single(Validate(Good with { Endpoints = ["https://a:8088", "https://b:8088"] }).All);

        Assert.Equal("endpoints", problem.Path);
        Assert.Contains("not there yet", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("auto", "not there yet")]
    [InlineData("required", "not there yet")]
    [InlineData("on", "is not a mode")]
    public void Rejects_acknowledgement_for_now(string mode, string message)
    {
        var problem = Assert.Single(Validate(Good with { Acknowledgement = mode }).All);

        Assert.Equal("acknowledgement", problem.Path);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reports_every_mistake_at_once()
    {
        var problems = Validate(Good with
        {
            Endpoints = ["splunk"],
            Acknowledgement = "auto",
            Proxy = "proxy:3128",
            ConnectTimeout = new(TimeSpan.FromMinutes(1)),
            Index = " ",
            Host = "",
            Source = "",
            Sourcetype = "",
            Tls = new() { Cert = "c.pem" },
        });

        Assert.Equal(
            ["endpoints[0]", "acknowledgement", "proxy", "connectTimeout", "index", "host", "source", "sourcetype", "tls.key"],
            problems.All.Select(p => p.Path));
    }

    [Fact]
    public void Rejects_a_key_without_certificate_and_an_authority_that_is_not_used()
    {
        Assert.Equal("tls.cert", Assert.Single(Validate(Good with { Tls = new() { Key = "k.pem" } }).All).Path);
        var unverified = Validate(Good with { Tls = new() { Ca = "ca.pem", Verify = false } });
        Assert.Equal("tls.ca", Assert.Single(unverified.All).Path);
        Assert.Equal("tls.verify", Assert.Single(unverified.Warnings).Path);
    }

    private static ConfigProblems Validate(HecConfig config)
    {
        var problems = new ConfigProblems();
        new HecSinkFactory().Validate(config, problems);
        return problems;
    }
}
