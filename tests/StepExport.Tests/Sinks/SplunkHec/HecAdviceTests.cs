using StepExport.Sinks.SplunkHec;

namespace StepExport.Tests.Sinks.SplunkHec;

/// <summary>Every answer that a check can meet has words for a Splunk administrator.</summary>
public sealed class HecAdviceTests
{
    [Theory]
    [InlineData(400, 5, true, "takes the token")]
    [InlineData(403, 1, false, "the token is disabled")]
    [InlineData(400, 22, false, "the token is disabled")]
    [InlineData(401, 2, false, "does a proxy in between remove or change the Authorization header?")]
    [InlineData(401, 3, false, "Authorization header")]
    [InlineData(403, 4, false, "compare it with Token Value under Settings > Data inputs > HTTP Event Collector")]
    [InlineData(400, 21, false, "the token is refused")]
    [InlineData(400, 10, false, "X-Splunk-Request-Channel")]
    [InlineData(400, 11, false, "X-Splunk-Request-Channel")]
    [InlineData(404, null, false, "Global Settings")]
    [InlineData(407, null, false, "proxyUser and proxyPassword")]
    [InlineData(429, 26, false, "has no room")]
    [InlineData(429, 27, false, "has no room")]
    [InlineData(503, 9, false, "has no room")]
    [InlineData(301, null, false, "redirects")]
    [InlineData(200, null, false, "does something else than Splunk listen there?")]
    [InlineData(418, null, false, "unexpected answer")]
    public void Token(int status, int? code, bool ok, string words) => Check(ok, words, HecAdvice.Token(Answer(status, code)));

    [Theory]
    [InlineData(503, 18, "queues are full")]
    [InlineData(503, 19, "cannot acknowledge")]
    [InlineData(503, 20, "cannot acknowledge")]
    [InlineData(503, 23, "shutting down")]
    [InlineData(503, 9, "busy")]
    [InlineData(502, null, "load balancer")]
    public void Health(int status, int? code, string words) => Check(false, words, HecAdvice.Unwell(Answer(status, code)));

    [Theory]
    [InlineData("off", 400, 14, true, "acknowledgement is off")]
    [InlineData("off", 200, null, true, "write auto")]
    [InlineData("auto", 200, null, true, "sticky sessions")]
    [InlineData("auto", 400, 14, true, "useACK = 1")]
    [InlineData("required", 400, 14, false, "Enable indexer acknowledgement")]
    [InlineData("auto", 503, 20, false, "cannot acknowledge")]
    [InlineData("auto", 404, null, true, "a 200 counts as delivered")]
    [InlineData("required", 404, null, false, "is it Splunk itself")]
    [InlineData("auto", 403, 4, false, "different tokens")]
    [InlineData("auto", 400, 11, false, "without sticky sessions")]
    [InlineData("auto", 400, null, true, "cannot be seen")]
    [InlineData("required", 400, null, false, "cannot be seen")]
    public void Acknowledgement(string mode, int status, int? code, bool ok, string words) =>
        Check(ok, words, HecAdvice.Acknowledgement(mode, Answer(status, code)));

    private static HecResponse Answer(int status, int? code) => new() { Status = status, Code = code, Text = "Words of Splunk" };

    private static void Check(bool ok, string words, Core.Telemetry.CheckResult result)
    {
        Assert.Equal(ok, result.Ok);
        Assert.Contains(words, result.Message, StringComparison.Ordinal);
        if (!ok) Assert.Contains("Words of Splunk", result.Message, StringComparison.Ordinal);
    }
}
