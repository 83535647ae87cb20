using System.Runtime.Versioning;
using StepExport.Cli;
using StepExport.Tests.Configuration;

namespace StepExport.Tests.Cli;

/// <summary>The command line as scripts see it: exit code, standard output, standard error.</summary>
public sealed class CommandLineTests : IDisposable
{
    private const string Valid = """
        dataDir: /var/lib/x
        sources: { samples: { type: file, path: in.json } }
        sinks:
          hec: { type: splunk_hec, endpoints: [https://h], token: "${env:PATH}", index: INDEX, where: { minSeverity: high, repos: [a/*, b] }, ocsfVersion: 1.1.0 }
          second: { type: splunk_hec, endpoints: [https://h], token: "${env:PATH}" , format: ecs, where: { states: [new, resolved] } }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("stepexport-cli-").FullName;
    private readonly Microsoft.Extensions.Time.Testing.FakeTimeProvider _time = new();

    [Theory]
    [InlineData("", "stepexport: a verb is missing; write one of run, check, map, status, tap, health, reload, checks, deadletter, journal, schema, init\nSee 'stepexport --help'.\n")]
    [InlineData("chekc", "stepexport: 'chekc' is not a verb; did you mean 'check'?\nSee 'stepexport --help'.\n")]
    [InlineData("check --conect", "stepexport: Unrecognized command or argument '--conect'.\nSee 'stepexport check --help'.\n")]
    [InlineData("check -c", "stepexport: Required argument missing for option: '-c'.\nSee 'stepexport check --help'.\n")]
    [InlineData("health --url localhost", "stepexport: 'localhost' is no address; write http://HOST:PORT\nSee 'stepexport health --help'.\n")]
    [InlineData("deadletter list -c x --since yesterday", "stepexport: 'yesterday' is no time; write 2026-07-22, 2026-07-22T12:00:00Z, or how long ago: 30m, 2h, 7d\nSee 'stepexport deadletter list --help'.\n")]
    [InlineData("deadletter list --sink a --source b", "stepexport: a letter is of a sink or of a source; give --sink or --source\nSee 'stepexport deadletter list --help'.\n")]
    [InlineData("deadletter replay -c x", "stepexport: which letters? Give their ids, a filter, or --all\nSee 'stepexport deadletter replay --help'.\n")]
    [InlineData("deadletter replay --all --wait soon", "stepexport: 'soon' is not a duration; write a whole number and a unit: 250ms, 5s, 2m, 1h\nSee 'stepexport deadletter replay --help'.\n")]
    [InlineData("deadletter export --remove", "stepexport: --remove needs --output FILE: what is taken out has to be durable somewhere\nSee 'stepexport deadletter export --help'.\n")]
    [InlineData("run extra -c x", "stepexport: Unrecognized command or argument 'extra'.\nSee 'stepexport run --help'.\n")]
    public async Task A_wrong_command_line_ends_with_64_and_a_hint(string line, string expected) =>
        Assert.Equal((64, "", expected), await RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

    [Fact]
    public async Task An_unknown_ocsf_version_ends_with_64_and_the_list()
    {
        var (code, _, error) = await RunAsync("map", "-", "--ocsf-version", "1.7.0");
        Assert.Equal(64, code);
        Assert.All(["1.8.0", "1.6.0", "1.5.0", "1.3.0", "1.1.0"], version => Assert.Contains(version, error, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("check")]
    [InlineData("run")]
    public async Task Without_a_configuration_it_says_how_to_name_one(string verb) =>
        Assert.Equal((64, "", "stepexport: which configuration? Give -c FILE or set STEPEXPORT_CONFIG; 'stepexport init' writes a starter file.\n"), await RunAsync(verb));

    [Fact]
    public async Task The_environment_names_the_configuration_when_the_option_does_not()
    {
        Environment.SetEnvironmentVariable(ConfigFile.Variable, Write("env.yaml", Valid));
        try
        {
            var (code, output, _) = await RunAsync("check");
            Assert.Equal(0, code);
            Assert.StartsWith($"{_folder}/env.yaml is valid.\n", output, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable(ConfigFile.Variable, null);
        }
    }

    [Theory]
    [InlineData("check")]
    [InlineData("run")]
    public async Task A_missing_configuration_ends_with_78(string verb) =>
        Assert.Equal((78, "", "no/such.yaml: no such file; 'stepexport init' writes a starter file\n"), await RunAsync(verb, "-c", "no/such.yaml"));

    [Fact]
    public async Task Check_prints_all_mistakes_on_standard_error_and_ends_with_78()
    {
        var file = Write("bad.yaml", "sinks: { a: { type: splunk_hec, tokn: x, token: 1 } }\nsources: { b: {} }\n");
        Assert.Equal(
            (78, "", string.Concat(
                $"{file}:1:10: sinks.a.endpoints: is missing; add it\n",
                $"{file}:1:33: sinks.a.tokn: unknown key; did you mean 'token'?\n",
                $"{file}:1:49: sinks.a.token: must be text; put it in quotes\n",
                $"{file}:2:12: sources.b.type: is missing; write one of file\n",
                "\n4 mistakes, 0 warnings\n")),
            await RunAsync("check", "-c", file));
    }

    [Fact]
    public async Task Check_of_a_valid_configuration_says_where_from_where_to_and_where_data_lies()
    {
        var file = Write("ok.yaml", Valid);
        const string Expected = """
             is valid.

              data     /var/lib/x (journal up to 2GB)
              admin    127.0.0.1:8970
              sources  samples  file from here
              sinks    hec      splunk_hec to there, only severity from high and repositories a/* b, OCSF 1.1.0
                       second   splunk_hec to there, only states new resolved, as ecs

            """;
        Assert.Equal((0, file + Expected, ""), await RunAsync("check", "-c", file));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Warnings_are_shown_and_do_not_hinder()
    {
        var file = Write("warn.yaml", Valid.Replace("\"${env:PATH}\" ,", "plain ,", StringComparison.Ordinal));
        File.SetUnixFileMode(file, UnixFileMode.UserRead);
        var (code, _, error) = await RunAsync("check", "-c", file);
        Assert.Equal((0, $"warning: {file}:5:62: sinks.second.token: a secret stands in the file itself; better ${{env:NAME}} or ${{file:PATH}}\n"), (code, error));
    }

    [Fact]
    public async Task Strict_takes_warnings_for_mistakes()
    {
        var warns = Write("warn.yaml", Valid.Replace("\"${env:PATH}\" ,", "plain ,", StringComparison.Ordinal));
        var (code, output, error) = await RunAsync("check", "-c", warns, "--strict");
        Assert.Equal((78, ""), (code, output));
        Assert.EndsWith("warnings; --strict accepts none\n", error, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("check", "-c", Write("good.yaml", Valid), "--strict")).Code);
    }

    [Theory]
    [InlineData("good", 0, "hec: ok: HEC is healthy")]
    [InlineData("bad", 1, "hec: FAILED: incorrect index")]
    [InlineData("throw", 1, "hec: FAILED: a bug")]
    public async Task Connect_prints_a_verdict_for_each_source_and_sink(string index, int expectedCode, string verdict)
    {
        var (code, output, _) = await RunAsync("check", "--connect", "-c", Write("c.yaml", Valid.Replace("INDEX", index, StringComparison.Ordinal)));
        Assert.Equal(expectedCode, code);
        Assert.Equal(["samples: ok: 2 files are there", verdict, "second: ok: HEC is healthy", ""], output.Split('\n')[^4..]);
    }

    [Fact]
    public async Task Connect_does_not_wait_for_ever()
    {
        var running = RunAsync("check", "--connect", "-c", Write("c.yaml", Valid.Replace("INDEX", "hang", StringComparison.Ordinal)));
        while (!running.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            await Task.Yield();
        }

        var (code, output, _) = await running;
        Assert.Equal(1, code);
        Assert.Contains("hec: FAILED: no answer within 10 s\nsecond: ok: HEC is healthy\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Schema_prints_the_checked_in_file() =>
        Assert.Equal((0, await File.ReadAllTextAsync(CheckedIn.Config("stepexport.schema.json"), TestContext.Current.CancellationToken), ""), await RunAsync("schema"));

    [Fact]
    public async Task Init_writes_a_file_that_passes_check_and_never_overwrites_one()
    {
        Environment.SetEnvironmentVariable("SPLUNK_HEC_TOKEN", "00000000-0000-0000-0000-000000000000");
        var file = Path.Combine(_folder, "new.yaml");
        Assert.Equal(0, (await RunAsync("init", file)).Code);
        Assert.Equal((0, ""), ((await RunAsync("check", "-c", file)).Code, (await RunAsync("check", "-c", file)).Error));

        await File.WriteAllTextAsync(file, "mine", TestContext.Current.CancellationToken);
        Assert.Equal((1, "", $"stepexport: {file} exists already and is left alone; name another file\n"), await RunAsync("init", file));
        Assert.Equal("mine", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Equal(1, (await RunAsync("init", Path.Combine(_folder, "no", "folder.yaml"))).Code);
    }

    [Fact]
    public async Task Help_shows_verbs_examples_and_exit_codes()
    {
        var (code, output, error) = await RunAsync("--help");
        Assert.Equal((0, ""), (code, error));
        Assert.All(["run ", "check ", "map ", "schema ", "init ", "Examples:", "Exit codes:", "  78  the configuration is wrong or missing"], text => Assert.Contains(text, output, StringComparison.Ordinal));
        var (_, check, _) = await RunAsync("check", "--help");
        Assert.Contains("--connect", check, StringComparison.Ordinal);
        Assert.DoesNotContain("Exit codes:", check, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_is_that_of_the_program() => Assert.Equal((0, "stepexport 0.1.0\n", ""), await RunAsync("--version"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(string name, string text)
    {
        var file = Path.Combine(_folder, name);
        File.WriteAllText(file, text);
        return file;
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var factories = args.Contains("init") || args.Any(a => a.EndsWith("new.yaml", StringComparison.Ordinal)) ? Composition.Factories : TestFactories.All;
        var code = await CommandLine.RunAsync(args, new(factories, output, error, _time), TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }
}
