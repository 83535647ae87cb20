using System.Text;
using StepExport.Core.Model;
using StepExport.Core.Normalization.Evidence;

namespace StepExport.Tests.Normalization.Evidence;

public sealed class EndpointTests
{
    [Theory]
    [InlineData("Example.COM.", "example.com", "", "", null, true)]
    [InlineData("host:443", "host", "", "", 443, false)]
    [InlineData("a_b.example.com", "a_b.example.com", "", "", null, false)]
    [InlineData("[2001:db8::1]:443", "", "2001:db8::1", "", 443, false)]
    [InlineData("2001:db8::1", "", "2001:db8::1", "", null, false)]
    [InlineData("10.0.0.1:80", "", "10.0.0.1", "", 80, false)]
    [InlineData("01.2.3.4", "01.2.3.4", "", "", null, false)]
    [InlineData("host:65536", "", "", "host:65536", null, false)]
    [InlineData("https://x/y", "", "", "https://x/y", null, false)]
    [InlineData("a b", "", "", "a b", null, false)]
    [InlineData("..", "", "", "..", null, false)]
    public void Reads_every_spelling(string text, string host, string ip, string other, int? port, bool isDnsName)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var endpoint = Endpoint.Parse(new Detection(), new DetectionText(bytes, 0, bytes.Length));
        Assert.Equal((host, ip, other), (endpoint.Hostname.ToString(), endpoint.Ip.ToString(), endpoint.Other.ToString()));
        Assert.Equal(port, endpoint.Port);
        Assert.Equal(isDnsName, endpoint.IsDnsName);
    }

    [Theory]
    [InlineData("0.tcp.ngrok.io", true)]
    [InlineData("ngrok.io", true)]
    [InlineData("notngrok.io", false)]
    [InlineData("ngrok.io.example.com", false)]
    public void Knows_tunnel_services_by_whole_labels(string host, bool isTunnel) =>
        Assert.Equal(isTunnel, TunnelServices.Contains(Encoding.UTF8.GetBytes(host)));

    [Theory]
    [InlineData("PUT", "api.github.com", "/repos/a/b/contents/x", "Content")]
    [InlineData("POST", "api.github.com", "/repos/a/b/git/refs", "Content")]
    [InlineData("POST", "api.github.com", "/repos/a/contents", "Other")]
    [InlineData("POST", "api.github.com", "/repos/a/b/contentsx", "Other")]
    [InlineData("GET", "api.github.com", "/repos/a/b/contents/x", "Other")]
    [InlineData("PUT", "example.com", "/repos/a/b/contents/x", "Other")]
    [InlineData("POST", "api.github.com", "/repos/a/b/releases", "Setting")]
    [InlineData("POST", "api.github.com", "/repos/a/b/keys", "Setting")]
    [InlineData("PUT", "api.github.com", "/orgs/a/actions/secrets/X", "Secret")]
    [InlineData("POST", "api.github.com", "/orgs/a/actions/runners/registration-token?x=1", "Runner")]
    public void Tells_what_a_call_to_GitHub_changes(string method, string host, string path, string change) =>
        Assert.Equal(change, GitHubCall.Of(Encoding.UTF8.GetBytes(method), Encoding.UTF8.GetBytes(host), Encoding.UTF8.GetBytes(path)).ToString());
}
