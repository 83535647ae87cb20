using StepExport.Aws;
using StepExport.Configuration;

namespace StepExport.Tests.Aws;

public sealed class AwsCredentialRulesTests
{
    private const string Role = "arn:aws:iam::123456789012:role/a";

    [Fact]
    public void Takes_every_way_alone_and_with_a_role()
    {
        var role = new AwsAssumeRoleConfig { RoleArn = "arn:aws-cn:iam::123456789012:role/path/lake", ExternalId = "x", SessionName = "a+b=c,d.e@f_g-h" };
        AwsCredentialsConfig[] ways =
        [
            new(),
            new() { Profile = "p" },
            new() { AccessKeyId = new("a"), SecretAccessKey = new("b"), SessionToken = new("c") },
            new() { WebIdentity = new() { TokenFile = "t", RoleArn = Role } },
        ];

        Assert.All(ways, way => Assert.Empty(Validate(way).All));
        Assert.All(ways, way => Assert.Empty(Validate(way with { AssumeRole = role }).All));
    }

    [Fact]
    public void Ways_exclude_each_other() => Expect(
        new() { Profile = "p", AccessKeyId = new("a"), SecretAccessKey = new("b"), WebIdentity = new() { TokenFile = "t", RoleArn = Role } },
        "credentials",
        "profile and accessKeyId and webIdentity exclude each other; leave all but one out");

    [Fact]
    public void Half_a_key_is_a_mistake()
    {
        Expect(new() { AccessKeyId = new("a") }, "credentials.secretAccessKey", "is missing");
        Expect(new() { SecretAccessKey = new("a") }, "credentials.accessKeyId", "is missing");
    }

    [Fact]
    public void Roles_and_sessions_have_their_form()
    {
        Expect(new() { AssumeRole = new() { RoleArn = "lake" } }, "credentials.assumeRole.roleArn", "write it as arn:aws:iam::");
        Expect(new() { AssumeRole = new() { RoleArn = Role + "\n" } }, "credentials.assumeRole.roleArn", "write it as arn:aws:iam::");
        Expect(new() { WebIdentity = new() { TokenFile = "t", RoleArn = Role, SessionName = "a b" } }, "credentials.webIdentity.sessionName", "letters, digits");
    }

    [Fact]
    public void Blanks_say_nothing()
    {
        Expect(new() { Profile = " " }, "credentials.profile", "is empty");
        Expect(new() { AssumeRole = new() { RoleArn = Role, ExternalId = " " } }, "credentials.assumeRole.externalId", "is empty");
        Expect(new() { WebIdentity = new() { TokenFile = "", RoleArn = Role } }, "credentials.webIdentity.tokenFile", "is empty");
    }

    [Fact]
    public void The_token_service_has_an_address()
    {
        var (path, message) = Assert.Single(Validate(new(), "https://user:pw@sts").All);
        Assert.Equal("x.stsEndpoint", path);
        Assert.DoesNotContain("pw", message, StringComparison.Ordinal);
        Assert.Equal("x.stsEndpoint", Assert.Single(Validate(new(), "sts").All).Path);
        Assert.Equal(("x.stsEndpoint", "http: credentials travel unencrypted, and anyone on the way can read and change them; write https"), Assert.Single(Validate(new(), "http://sts").Warnings));
        Assert.Empty(Validate(new(), "https://sts").Warnings);
    }

    private static void Expect(AwsCredentialsConfig config, string path, string words)
    {
        var problem = Assert.Single(Validate(config).All);
        Assert.Equal($"x.{path}", problem.Path);
        Assert.Contains(words, problem.Message, StringComparison.Ordinal);
    }

    private static ConfigProblems Validate(AwsCredentialsConfig config, string? stsEndpoint = null)
    {
        var problems = new ConfigProblems();
        AwsCredentialRules.Validate("x.", config, stsEndpoint, problems);
        return problems;
    }
}
