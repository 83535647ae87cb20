using System.Security.Cryptography;
using System.Text.RegularExpressions;
using StepExport.Cli;
using StepExport.Configuration;

namespace StepExport.Tests.Configuration;

/// <summary>What is handed to people as an example must be right.</summary>
public sealed partial class CheckedInFilesTests
{
    static CheckedInFilesTests()
    {
        Environment.SetEnvironmentVariable("SPLUNK_HEC_TOKEN", "00000000-0000-0000-0000-000000000000");
        Environment.SetEnvironmentVariable("KAFKA_PASSWORD", "secret");
        Environment.SetEnvironmentVariable("STEPSECURITY_API_KEY", "secret");
        Environment.SetEnvironmentVariable("WEBHOOK_TOKEN", "0123456789abcdef0123456789abcdef");
        Environment.SetEnvironmentVariable("POD_NAME", "stepexport-0");
        using var key = RSA.Create(2048);
        Environment.SetEnvironmentVariable("GITHUB_APP_KEY", key.ExportRSAPrivateKeyPem());
        Environment.SetEnvironmentVariable("GITHUB_WEBHOOK_SECRET", "00112233445566778899aabbccddeeff");
        Environment.SetEnvironmentVariable("OIDC_CLIENT_SECRET", "secret");
        Environment.SetEnvironmentVariable("ANNA_TOKEN", "a0a1a2a3a4a5a6a7a8a9b0b1b2b3b4b5");
    }

    public static TheoryData<string> Examples => [.. Directory.GetFiles(CheckedIn.Config(""), "*.yaml").Select(file => Path.GetFileName(file)).Order()];

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_configuration_is_valid_and_warns_of_nothing(string name)
    {
        var loaded = new ConfigLoader(Composition.Factories).Load(CheckedIn.Config(name));
        Assert.Empty(loaded.Errors.Concat(loaded.Warnings).Select(p => p.ToString()));
    }

    [Fact]
    public void The_starter_file_is_valid_once_its_variables_are_set()
    {
        var loaded = new ConfigLoader(Composition.Factories).Parse("starter.yaml", Resources.Read(Resources.Starter));
        Assert.Empty(loaded.Errors.Concat(loaded.Warnings).Select(p => p.ToString()));
    }

    [Fact]
    public void What_the_starter_file_offers_in_comments_is_valid_too()
    {
        var offers = Offer().Replace(Resources.Read(Resources.Starter), "$1");
        var loaded = new ConfigLoader(Composition.Factories).Parse("starter.yaml", offers);
        Assert.Empty(loaded.Errors.Select(p => p.ToString()));
        Assert.Equal("medium", loaded.Config!.Sinks[0].Config.Where.MinSeverity);
        Assert.Equal(["detections", "api", "hook"], loaded.Config.Sources.Select(s => s.Name));
        Assert.Equal(["splunk", "archive", "bus", "lake"], loaded.Config.Sinks.Select(s => s.Name));
    }

    /// <summary>A line of YAML behind a comment sign.</summary>
    [GeneratedRegex("^( +)# (?= *[a-z][A-Za-z]*:)", RegexOptions.Multiline)]
    private static partial Regex Offer();
}
