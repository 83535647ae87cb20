using System.Net;
using FsCheck;
using FsCheck.Fluent;
using StepExport.Core.Checks;

namespace StepExport.Tests.Checks;

public sealed class ExpectedEndpointTests
{
    private static readonly string[] Any = ["*"];

    [Theory]
    [InlineData("ghcr.io:443", "ghcr.io", 443)]
    [InlineData("ghcr.io:443", "GHCR.IO.", 443)]
    [InlineData("ghcr.io.:443", "ghcr.io", 443)]
    [InlineData("GHCR.io", "ghcr.io", 80)]
    [InlineData("ghcr.io", "ghcr.io", null)]
    [InlineData("*.docker.io", "auth.docker.io", 443)]
    [InlineData("*.docker.io.", "a.b.DOCKER.io.", 443)]
    [InlineData("*.docker.io:443", "auth.docker.io", 443)]
    [InlineData("under_score.example.com", "under_score.example.com", 1)]
    [InlineData("10.1.2.3", "10.1.2.3", 443)]
    [InlineData("10.1.2.3:443", "10.1.2.3", 443)]
    [InlineData("10.1.2.3", "::ffff:10.1.2.3", null)]
    [InlineData("::ffff:10.1.2.3", "10.1.2.3", null)]
    [InlineData("10.0.0.0/8", "10.255.255.255", 443)]
    [InlineData("10.0.0.0/8:443", "10.0.0.0", 443)]
    [InlineData("0.0.0.0/0", "203.0.113.9", 4444)]
    [InlineData("2001:db8::1", "2001:0DB8:0:0::1", 443)]
    [InlineData("[2001:db8::1]", "2001:db8::1", 443)]
    [InlineData("[2001:db8::1]:443", "2001:db8::1", 443)]
    [InlineData("2001:db8::/32", "2001:db8:ffff::9", null)]
    [InlineData("[2001:db8::/32]:443", "2001:db8::9", 443)]
    [InlineData("2001:db8::/32:443", "2001:db8::9", 443)]
    public void Covers(string expected, string host, int? port) => Assert.True(Parse(expected).Covers("acme/api", new(host, port)));

    [Theory]
    [InlineData("ghcr.io:443", "ghcr.io", 80)]
    [InlineData("ghcr.io:443", "ghcr.io", null)]
    [InlineData("ghcr.io", "evil-ghcr.io", 443)]
    [InlineData("ghcr.io", "ghcr.io.evil.example", 443)]
    [InlineData("ghcr.io", "ghcr.io:443", 443)]
    [InlineData("*.docker.io", "docker.io", 443)]
    [InlineData("*.docker.io", ".docker.io", 443)]
    [InlineData("*.docker.io", "evildocker.io", 443)]
    [InlineData("*.docker.io", "a.docker.io.evil.example", 443)]
    [InlineData("10.0.0.0/8", "11.0.0.0", 443)]
    [InlineData("10.0.0.0/8", "10.0.0.1.evil.example", 443)]
    [InlineData("10.0.0.0/8", "host.example.com", 443)]
    [InlineData("10.0.0.0/8", "167772161", 443)]
    [InlineData("10.0.0.0/8", "012.0.0.1", 443)]
    [InlineData("10.0.0.0/8", "0x0a.0.0.1", 443)]
    [InlineData("10.0.0.0/8", "10.1", 443)]
    [InlineData("10.0.0.0/8:443", "10.0.0.1", 80)]
    [InlineData("10.1.2.3", "10.1.2.4", 443)]
    [InlineData("0.0.0.0/0", "::1", null)]
    [InlineData("::/0", "10.0.0.1", null)]
    [InlineData("2001:db8::/32", "2001:db9::1", null)]
    [InlineData("2001:db8::1", "2001:db8::1%1", null)]
    [InlineData("2001:db8::1", "[2001:db8::1]", null)]
    public void Does_not_cover(string expected, string host, int? port) => Assert.False(Parse(expected).Covers("acme/api", new(host, port)));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(".")]
    [InlineData("*")]
    [InlineData("*.")]
    [InlineData("*.*.io")]
    [InlineData("a*.docker.io")]
    [InlineData("**.docker.io")]
    [InlineData("docker.*")]
    [InlineData("a..b")]
    [InlineData(".docker.io")]
    [InlineData("docker.io..")]
    [InlineData(":443")]
    [InlineData("ghcr.io:")]
    [InlineData("ghcr.io:0")]
    [InlineData("ghcr.io:65536")]
    [InlineData("ghcr.io:-1")]
    [InlineData("ghcr.io:+443")]
    [InlineData("ghcr.io: 443")]
    [InlineData("ghcr.io:https")]
    [InlineData("https://ghcr.io")]
    [InlineData("ghcr.io/path")]
    [InlineData("user@ghcr.io")]
    [InlineData("b\u00fccher.example")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/")]
    [InlineData("10.0.0.0/08x")]
    [InlineData("10.1.2.3/8")]
    [InlineData("10.0.0.300")]
    [InlineData("10.0.0")]
    [InlineData("010.0.0.1")]
    [InlineData("10.0.0.0/8/8")]
    [InlineData("2001:db8::/129")]
    [InlineData("2001:db8::1/32")]
    [InlineData("[2001:db8::1")]
    [InlineData("[2001:db8::1]443")]
    [InlineData("[2001:db8::1]:")]
    [InlineData("[ghcr.io]:443")]
    [InlineData("[10.0.0.1]:443")]
    [InlineData("fe80::1%eth0")]
    public void Is_no_endpoint(string text) => Assert.Null(ExpectedEndpoint.TryParse(text, Any));

    [Fact]
    public void Is_no_endpoint_when_it_is_longer_than_any_name() => Assert.Null(ExpectedEndpoint.TryParse(new string('a', 254), Any));

    [Theory]
    [InlineData("acme/api", true)]
    [InlineData("ACME/Api", true)]
    [InlineData("acme/api2", false)]
    [InlineData("other/api", false)]
    [InlineData("infra/anything", true)]
    public void Covers_only_the_repositories_it_is_for(string repository, bool covers) =>
        Assert.Equal(covers, ExpectedEndpoint.TryParse("ghcr.io", ["acme/api", "infra/*"])!.Covers(repository, new("ghcr.io", 443)));

    [Fact]
    public void Covers_nothing_for_no_repository() => Assert.False(ExpectedEndpoint.TryParse("ghcr.io", [])!.Covers("acme/api", new("ghcr.io", 443)));

    [Fact]
    public void A_network_covers_exactly_the_addresses_with_its_prefix() => Prop.ForAll(
        Gen.Choose(0, 32).SelectMany(prefix => Words.SelectMany(network => Words.SelectMany(other => Gen.Choose(0, 32).Select(keep => (prefix, network, other, keep))))).ToArbitrary(),
        drawn =>
        {
            var mask = drawn.prefix == 0 ? 0 : uint.MaxValue << (32 - drawn.prefix);
            // Most drawn addresses share some bits with the network: else hardly one would be inside.
            var shared = drawn.keep == 0 ? 0 : uint.MaxValue << (32 - drawn.keep);
            var address = (drawn.network & shared) | (drawn.other & ~shared);
            var expected = Parse($"{Address(drawn.network & mask)}/{drawn.prefix}");
            return expected.Covers("acme/api", new(Address(address), 443)) == ((address & mask) == (drawn.network & mask));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Whatever_is_written_is_an_endpoint_or_none_and_never_an_error()
    {
        var pieces = Gen.Elements("a", "ghcr.io", "*", ".", ":", "443", "/", "8", "10.0.0.0", "[", "]", "::", "2001:db8::", "%", " ", "-", "\u00e9", "\ud800", "\0");
        Prop.ForAll(
            pieces.ListOf().Select(string.Concat).ToArbitrary(),
            text => ExpectedEndpoint.TryParse(text, Any) is not { } expected || !expected.Covers("acme/api", new("else.example", 1)))
            .QuickCheckThrowOnFailure();
    }

    private static Gen<uint> Words => Gen.Choose(0, ushort.MaxValue).SelectMany(high => Gen.Choose(0, ushort.MaxValue).Select(low => ((uint)high << 16) | (uint)low));

    private static string Address(uint bits) => new IPAddress([(byte)(bits >> 24), (byte)(bits >> 16), (byte)(bits >> 8), (byte)bits]).ToString();

    private static ExpectedEndpoint Parse(string text)
    {
        var expected = ExpectedEndpoint.TryParse(text, Any);
        Assert.NotNull(expected);
        return expected;
    }
}
