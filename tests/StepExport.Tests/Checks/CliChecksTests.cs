using System.Text.Json.Nodes;
using StepExport.Cli;
using StepExport.Cli.Checks;
using StepExport.Core.Checks;
using StepExport.Sinks.Console;
using StepExport.Testing;
using StepExport.Testing.Checks;

namespace StepExport.Tests.Checks;

/// <summary><c>stepexport checks</c> against the real admin listener.</summary>
public sealed class CliChecksTests : IAsyncLifetime
{
    private static readonly CheckKey First = SomeFinding.Run(1);
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();
    private readonly TemporaryFolder _folder = new();
    private ApiRig _rig = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private CliContext Context => new(Composition.Factories, _output, _error, TimeProvider.System);

    public async ValueTask InitializeAsync()
    {
        _rig = await ApiRig.StartAsync(adminToken: null);
        _rig.Store.Apply([SomeFinding.Failing(1) with { Process = "curl \e[2J\u202E evil" }, SomeFinding.Passing(2), SomeFinding.Passing(1, run: 2)]);
        _rig.Store.SetRun(First, SomeFinding.Facts(1));
    }

    public async ValueTask DisposeAsync()
    {
        await _rig.DisposeAsync();
        _folder.Dispose();
        _output.Dispose();
        _error.Dispose();
    }

    [Fact]
    public async Task List_shows_a_table()
    {
        Assert.Equal(ExitCode.Ok, await RunAsync("list", "--conclusion", "failure", "--status", "pending"));
        Assert.Equal(
            $"""
            CHECK                 CHANGED (UTC)        CONCLUSION  STATUS   FAILING  PULL  BY  WORKFLOW
            {First}  2026-07-22 18:00:00  failure     pending        1  #101  -   CI (.github/workflows/ci.yml)
            1 in all

            """.ReplaceLineEndings("\n"),
            _output.ToString());
    }

    [Theory]
    [InlineData("no checks\n", "--repo", "acme/none")]
    [InlineData("no checks\n", "--search", "a&b=c d")]
    [InlineData("none on this page; 2 in all\n", "--page", "9")]
    public async Task Nothing_is_said_to_be_nothing(string expected, params string[] conditions)
    {
        Assert.Equal(ExitCode.Ok, await RunAsync(["list", .. conditions]));
        Assert.Equal(expected, _output.ToString());
    }

    [Fact]
    public async Task List_leads_to_the_next_page()
    {
        Assert.Equal(ExitCode.Ok, await RunAsync("list", "--size", "1"));
        Assert.EndsWith("\n1 of 2; more with --page 2\n", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_as_JSON_is_an_object_per_line()
    {
        Assert.Equal(ExitCode.Ok, await RunAsync("list", "--json"));
        var lines = _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToArray();
        Assert.Equal(["success", "failure"], lines.Select(line => (string?)line["conclusion"]));
    }

    [Fact]
    public async Task Show_tells_everything_and_cannot_steer_the_terminal()
    {
        _rig.Store.Refuse(First, "mallory", ApprovalVia.GitHub, "is in none\e[2J of the lists");
        Assert.Equal(ExitCode.Ok, await RunAsync("show", First.ToString()));
        var text = _output.ToString();
        foreach (var part in (string[])["failure, pending", "#101", "octo, cat", "feature-1", "host1.example.com:443", "mallory", "refused", "curl"])
            Assert.Contains(part, text, StringComparison.Ordinal);
        Assert.DoesNotContain(text, c => c is '\e' or '\u202E');
        Assert.True(text.IndexOf("\nyes ", StringComparison.Ordinal) < text.IndexOf("\nno ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Show_as_JSON_is_what_the_program_says()
    {
        Assert.Equal(ExitCode.Ok, await RunAsync("show", First.ToString(), "--json"));
        var check = JsonNode.Parse(_output.ToString())!;
        Assert.Equal(("pending", 2), ((string?)check["check"]!["status"], check["findings"]!.AsArray().Count));
    }

    [Fact]
    public async Task A_check_that_is_not_there_is_said()
    {
        Assert.Equal(ExitCode.Failure, await RunAsync("show", "acme/api/1"));
        Assert.Equal("stepexport: there is no such check; write /api/checks/OWNER/REPO/RUN\n", _error.ToString());
    }

    [Fact]
    public async Task What_is_no_check_is_a_mistake_of_the_command_line()
    {
        Assert.Equal(ExitCode.Usage, await RunAsync("show", "acme/api"));
        Assert.Contains("'acme/api' is no check; write OWNER/REPO/RUN", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Approve_with_yes_approves_what_there_is_now()
    {
        var file = _folder.Write("token", $"an-old-one\n{ApiRig.Anna}\n");
        Assert.Equal(ExitCode.Ok, await RunAsync("approve", First.ToString(), "--yes", "--comment", "our new mirror", "--token-file", file));
        Assert.Equal($"{First}: approved by anna-at-github\n", _output.ToString());
        Assert.Equal("our new mirror", _rig.Checks.Check().Approval?.Comment);
    }

    [Theory]
    [InlineData(ApiRig.Ben, 1, "ben may not approve it")]
    [InlineData(ApiRig.Anna, 7, "it has changed since you looked")]
    [InlineData("nobodys", 1, "knows nobody with this token")]
    public async Task A_refusal_is_exit_code_1_and_its_words(string token, int revision, string words)
    {
        Assert.Equal(ExitCode.Failure, await RunAsync("approve", First.ToString(), "--revision", $"{revision}", "--token-file", _folder.Write("token", token)));
        Assert.Contains(words, _error.ToString(), StringComparison.Ordinal);
        Assert.Equal("", _output.ToString());
        Assert.Equal(CheckStatus.Pending, _rig.Checks.Check().Status);
    }

    [Fact]
    public async Task Approve_wants_a_token()
    {
        Assert.Equal(ExitCode.Failure, await RunAsync("approve", First.ToString(), "--yes", "--token-file", _folder.Write("token", "\n")));
        Assert.Contains("is empty; it has to hold your token", _error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("y\n", true)]
    [InlineData(" YES \n", true)]
    [InlineData("n\n", false)]
    [InlineData("\n", false)]
    [InlineData("", false)]
    public async Task A_person_is_shown_what_he_approves_and_asked(string answer, bool approves)
    {
        Assert.Equal(approves ? ExitCode.Ok : ExitCode.Failure, await AskAsync(new StringReader(answer)));
        Assert.Contains("host1.example.com:443", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("Approve what makes it fail, 1 finding? [y/N] ", _output.ToString(), StringComparison.Ordinal);
        Assert.Equal(approves ? CheckStatus.Approved : CheckStatus.Pending, _rig.Checks.Check().Status);
    }

    [Fact]
    public async Task What_came_while_the_person_was_looking_is_not_approved()
    {
        Assert.Equal(ExitCode.Failure, await AskAsync(new Interrupted(() => _rig.Store.Apply([SomeFinding.Failing(3)]))));
        Assert.Contains("it has changed since you looked", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(CheckStatus.Pending, _rig.Checks.Check().Status);
    }

    [Fact]
    public async Task Without_anybody_to_ask_nothing_is_approved()
    {
        await Assert.ThrowsAsync<IOException>(() => AskAsync(null));
        Assert.Equal(CheckStatus.Pending, _rig.Checks.Check().Status);
    }

    private Task<int> RunAsync(params string[] args) => CommandLine.RunAsync(["checks", .. args, "--url", _rig.Address.ToString()], Context, Stop);

    private async Task<int> AskAsync(TextReader? person)
    {
        using var client = new AdminClient(_rig.Address, ApiRig.Anna);
        return await new CheckApproval(new(client), Context, Terminal.None, person).ExecuteAsync(First, null, yes: false, null, Stop);
    }

    /// <summary>Somebody who agrees after something has happened.</summary>
    private sealed class Interrupted(Action happens) : TextReader
    {
        public override ValueTask<string?> ReadLineAsync(CancellationToken cancellationToken)
        {
            happens();
            return new("y");
        }
    }
}
