using StepExport.Configuration;
using static StepExport.Tests.Configuration.TestFactories;

namespace StepExport.Tests.Configuration;

public sealed class SecretsTests
{
    private const string Variable = "STEPEXPORT_TEST_SECRET";
    private const string Value = "hunter2-hunter2";

    static SecretsTests() => Environment.SetEnvironmentVariable(Variable, Value);

    [Fact]
    public void A_secret_keeps_its_reference_and_reveals_the_value_of_the_moment()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "first\n");
            var token = ((TestSinkConfig)Valid(With($"token: 'Bearer ${{file:{file}}}'")).Sinks[0].Config).Token;
            Assert.Equal("Bearer first", token.Reveal());
            File.WriteAllText(file, "second\r\n");
            Assert.Equal("Bearer second", token.Reveal());
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Other_text_is_replaced_at_once_and_not_searched_again()
    {
        Environment.SetEnvironmentVariable("STEPEXPORT_TEST_NESTED", "${env:PATH}");
        var sink = (TestSinkConfig)Valid(With("token: x\n  index: a-${env:STEPEXPORT_TEST_NESTED}-b")).Sinks[0].Config;
        Assert.Equal("a-${env:PATH}-b", sink.Index);
    }

    [Fact]
    public void A_reference_also_gives_a_duration()
    {
        Environment.SetEnvironmentVariable("STEPEXPORT_TEST_TIMEOUT", "7s");
        Assert.Equal(TimeSpan.FromSeconds(7), Valid(With("token: x\n  timeout: ${env:STEPEXPORT_TEST_TIMEOUT}")).Sinks[0].Config.Timeout.Value);
    }

    [Theory]
    [InlineData("token: x\n  timeout: ${env:STEPEXPORT_TEST_SECRET}", "'${env:STEPEXPORT_TEST_SECRET}' is not a duration")]
    [InlineData("token: x\n  mode: ${env:STEPEXPORT_TEST_SECRET}", "'${env:STEPEXPORT_TEST_SECRET}' is not known")]
    [InlineData("token: x\n  ratio: ${env:STEPEXPORT_TEST_SECRET}", "must be a number, not '${env:STEPEXPORT_TEST_SECRET}'")]
    [InlineData("token: [hunter2-hunter2]", "must be text, not a list")]
    [InlineData("token: {hunter2-hunter2: 1}", "must be text, not a group of keys")]
    [InlineData("token: 15", "must be text; put it in quotes")]
    public void A_secret_in_the_wrong_place_is_not_printed(string lines, string expected)
    {
        var error = Assert.Single(Errors(With(lines)));
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.DoesNotContain(Value, error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_factory_quotes_is_shown_as_the_reference()
    {
        var error = Assert.Single(Errors("sources: { a: { type: file, path: x } }\nsinks:\n b: { type: splunk_hec, token: x, endpoints: ['${env:STEPEXPORT_TEST_SECRET}'] }"));
        Assert.EndsWith("'${env:STEPEXPORT_TEST_SECRET}' is not a URL; write https://host:8088", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_configuration_never_shows_a_secret()
    {
        var config = Valid(With($"token: ${{env:{Variable}}}"));
        Assert.DoesNotContain(Value, config.Sinks[0].Config.ToString(), StringComparison.Ordinal);
        Assert.Contains("Token = ***", config.Sinks[0].Config.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Variable, System.Text.Json.JsonSerializer.Serialize((TestSinkConfig)config.Sinks[0].Config, ConfigJson.Options), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_reference_that_does_not_resolve_is_named()
    {
        Environment.SetEnvironmentVariable("STEPEXPORT_TEST_EMPTY", "");
        var errors = Errors(With("token: ${env:STEPEXPORT_TEST_NO1}${env:STEPEXPORT_TEST_NO2}${file:/no/file}${env:OPEN"));
        Assert.Equal(4, errors.Length);
    }

    private static string With(string lines) =>
        $"sources: {{ a: {{ type: file, path: x }} }}\nsinks:\n b:\n  type: splunk_hec\n  endpoints: [https://h]\n  {lines}\n";
}
