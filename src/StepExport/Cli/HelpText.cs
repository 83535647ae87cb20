using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Reflection;

namespace StepExport.Cli;

/// <summary>What the help says beyond the list of verbs and options.</summary>
internal static class HelpText
{
    public const string Description =
        "Takes StepSecurity Harden-Runner detections, turns them into OCSF findings, and delivers each one at least once to Splunk and files.";

    private const string More = """
        Examples:
          stepexport init                           write a commented stepexport.yaml
          stepexport check -c stepexport.yaml       name every mistake in it, with its line
          stepexport check -c stepexport.yaml --connect
          stepexport run -c stepexport.yaml         run until SIGTERM or Ctrl-C
          stepexport run -c config/demo.yaml --once read what is there, deliver it, exit
          stepexport map detections.ndjson          OCSF findings on standard output

        Exit codes:
          0   all is well
          1   something failed while running
          2   run --once is done, but something went to the dead letters
          64  the command line is wrong
          78  the configuration is wrong or missing

        """;

    public static string Version { get; } =
        typeof(HelpText).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public static void Attach(RootCommand root)
    {
        foreach (var option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction standard }) option.Action = new HelpWithMore(standard);
            if (option is VersionOption) option.Action = new ShowVersion();
        }
    }

    private sealed class HelpWithMore(HelpAction standard) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var code = standard.Invoke(parseResult);
            if (parseResult.CommandResult.Command is RootCommand) parseResult.InvocationConfiguration.Output.Write(More);
            return code;
        }
    }

    private sealed class ShowVersion : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine($"stepexport {Version}");
            return ExitCode.Ok;
        }
    }
}
