using StepExport.Core.Checks;
using StepExport.Core.Model;
using StepExport.Testing.Checks;

namespace StepExport.Tests.Checks;

public sealed class CheckRulesTests
{
    private static readonly CheckRules Rules = new(["New-*", "suspicious-network-call"], Severity.Critical, [Expect("ghcr.io:443"), Expect("10.0.0.0/8")]);

    [Theory]
    [InlineData("New-Outbound-Network-Call", true)]
    [InlineData("new-outbound-network-call", true)]
    [InlineData("Suspicious-Network-Call", true)]
    [InlineData("Renew-Outbound", false)]
    [InlineData("Secret-In-Build-Log", false)]
    public void A_listed_type_fails(string type, bool fails) => Assert.Equal(fails, Rules.Fails(SomeFinding.Failing() with { Type = type }));

    [Theory]
    [InlineData(Severity.Unknown, false)]
    [InlineData(Severity.High, false)]
    [InlineData(Severity.Critical, true)]
    [InlineData(Severity.Fatal, true)]
    internal void A_severe_finding_fails_whatever_its_type_and_endpoint(Severity severity, bool fails)
    {
        Assert.Equal(fails, Rules.Fails(SomeFinding.Passing() with { Severity = severity }));
        Assert.Equal(fails, Rules.Fails(SomeFinding.Failing() with { Severity = severity, Endpoint = new("ghcr.io", 443) }));
    }

    [Fact]
    public void Without_a_limit_no_severity_fails() =>
        Assert.False(new CheckRules(["x"], null, []).Fails(SomeFinding.Failing() with { Severity = Severity.Fatal }));

    [Theory]
    [InlineData(FindingStatus.New, true)]
    [InlineData(FindingStatus.Unknown, true)]
    [InlineData(FindingStatus.Suppressed, false)]
    [InlineData(FindingStatus.Resolved, false)]
    internal void What_is_settled_at_the_vendor_fails_no_check(FindingStatus status, bool fails) =>
        Assert.Equal(fails, Rules.Fails(SomeFinding.Failing() with { Status = status, Severity = Severity.Fatal }));

    [Theory]
    [InlineData("ghcr.io", 443, false)]
    [InlineData("ghcr.io", 80, true)]
    [InlineData("ghcr.io", null, true)]
    [InlineData("10.2.3.4", null, false)]
    public void An_expected_endpoint_does_not_fail(string host, int? port, bool fails) =>
        Assert.Equal(fails, Rules.Fails(SomeFinding.Failing() with { Endpoint = new(host, port) }));

    [Fact]
    public void A_finding_without_an_endpoint_is_never_expected() =>
        Assert.True(new CheckRules(["*"], null, [Expect("0.0.0.0/0"), Expect("ghcr.io")]).Fails(SomeFinding.Passing()));

    [Theory]
    [InlineData("10.0.0.1", false)]
    [InlineData("203.0.113.9", true)]
    public void Of_several_endpoints_all_have_to_be_expected(string last, bool fails) =>
        Assert.Equal(fails, Rules.Fails(SomeFinding.Failing() with { Endpoint = new("ghcr.io", 443), MoreEndpoints = [new("10.9.9.9", 1), new(last, 443)] }));

    [Fact]
    public void The_default_rules_are_those_of_the_documentation()
    {
        Assert.Equal(["New-Outbound-Network-Call", "Suspicious-Network-Call", "Domain-Blocked"], CheckRules.DefaultTypes);
        Assert.True(CheckRules.Default.Fails(SomeFinding.Passing() with { Severity = Severity.Critical }));
        Assert.False(CheckRules.Default.Fails(SomeFinding.Passing() with { Severity = Severity.High }));
    }

    private static ExpectedEndpoint Expect(string text) => ExpectedEndpoint.TryParse(text, ["acme/*"])!;
}
