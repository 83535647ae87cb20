using static StepExport.Tests.Configuration.TestFactories;

namespace StepExport.Tests.Logs;

public sealed class LogRulesTests
{
    private const string Rest = "sources: { a: { type: file, path: x } }\nsinks: { b: { type: console } }\n";

    [Theory]
    [InlineData("endpoints: ['h:8088'], token: '${env:PATH}'", "log.splunk.endpoints[0]: 'h:8088' is not an address; write it as https://host:8088")]
    [InlineData("endpoints: [], token: '${env:PATH}'", "log.splunk.endpoints: the list is empty; write at least one value or remove the key")]
    [InlineData("token: '${env:PATH}'", "log.splunk.endpoints: is missing; add it")]
    [InlineData("endpoints: [https://h], token: '${env:PATH}', index: '{owner}'", "log.splunk.index: has a placeholder; there is no detection here whose value could stand for it")]
    [InlineData("endpoints: [https://h], token: '${env:PATH}', index: 'No Name'", "log.splunk.index: 'No Name' is no name of an index; Splunk allows lower-case letters, digits, _ and -, at most 80 of them, and no - in front")]
    [InlineData("endpoints: [https://h], token: '${env:PATH}', level: debug", "log.splunk.level: debug is below log.level information, and what is not logged cannot be sent; lower log.level as well")]
    [InlineData("endpoints: [https://h], token: '${env:PATH}', tls: { cert: x.pem }", "log.splunk.tls.key: tls.cert is set: name the private key's PEM file here as well")]
    public void A_mistake_is_named_with_its_place_and_remedy(string section, string expected) =>
        Assert.EndsWith(expected, Assert.Single(Errors($"{Rest}log:\n  splunk: {{ {section} }}\n")), StringComparison.Ordinal);

    [Theory]
    [InlineData("endpoint: 'collector:4318'", "telemetry.otlp.endpoint: 'collector:4318' is not an address; write it as http://collector:4318")]
    [InlineData("endpoint: 'x', protocol: grpc", "telemetry.otlp.endpoint: 'x' is not an address; write it as http://collector:4317")]
    [InlineData("endpoint: 'http://c:1', protocol: json", "telemetry.otlp.protocol: 'json' is not known; write one of http, grpc")]
    [InlineData("endpoint: 'http://c:1', metrics: false, traces: false", "telemetry.otlp.metrics: is false, and traces too: nothing would be sent; remove the section")]
    [InlineData("endpoint: 'https://c:1', headers: { 'a b': '${env:PATH}' }", "telemetry.otlp.headers.a b: is no name of a header; write letters, digits and -")]
    [InlineData("endpoint: 'https://c:1', interval: 100ms", "telemetry.otlp.interval: 100ms is out of range; write a duration from 1s to 1h")]
    public void A_mistake_in_telemetry_is_named_with_its_place_and_remedy(string section, string expected) =>
        Assert.EndsWith(expected, Assert.Single(Errors($"{Rest}telemetry:\n  otlp: {{ {section} }}\n")), StringComparison.Ordinal);

    [Fact]
    public void Unencrypted_ways_are_warned_about()
    {
        var warnings = Parse($$"""
            {{Rest}}
            log: { splunk: { endpoints: ['http://h:8088'], token: '${env:PATH}' } }
            telemetry: { otlp: { endpoint: 'http://c:4318', headers: { Authorization: '${env:PATH}' } } }
            """).Warnings.Select(w => w.ToString());
        Assert.Collection(
            warnings,
            w => Assert.Contains("log.splunk.endpoints[0]: http: the token and the events travel unencrypted", w, StringComparison.Ordinal),
            w => Assert.Contains("telemetry.otlp.endpoint: http: the headers travel unencrypted", w, StringComparison.Ordinal));
    }
}
