using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Reflection;

namespace StepExport.Cli;

/// <summary>What the help says beyond the list of verbs and options.</summary>
internal static class HelpText
{
    public const string Description =
        "Takes StepSecurity Harden-Runner detections, turns them into OCSF findings, and delivers each one at least once to Splunk, Kafka, S3 and files.";

    private const string More = """
        Examples:
          stepexport init                           write a commented stepexport.yaml
          stepexport check -c stepexport.yaml       name every mistake in it, with its line
          stepexport check -c stepexport.yaml --connect
          stepexport check -c stepexport.yaml --strict   exit 78 for what is dangerous, too
          stepexport run -c stepexport.yaml         run until SIGTERM or Ctrl-C
          stepexport run -c config/demo.yaml --once read what is there, deliver it, exit
          stepexport map detections.ndjson          OCSF findings on standard output
          stepexport map --format ecs FILE          the same for Elastic; cim for Splunk, raw as received, ocsf
          stepexport status -c stepexport.yaml -w   what a running program does, again and again
          stepexport tap -c stepexport.yaml --severity high
          stepexport checks list -c stepexport.yaml --conclusion failure --status pending
          stepexport checks show -c stepexport.yaml acme/api/16625207256
          stepexport checks approve -c stepexport.yaml acme/api/16625207256 --comment "our new mirror"
          stepexport deadletter list -c stepexport.yaml --sink splunk
          stepexport deadletter replay -c stepexport.yaml --sink splunk --reason "index"
          stepexport journal verify -c stepexport.yaml
          stepexport reload -c stepexport.yaml      apply the changed file to the running program
          stepexport health --ready                 exit 0 or 1, for a container's HEALTHCHECK

        Exit codes:
          0   all is well
          1   something failed while running
          2   run --once is done, but something went to the dead letters; a replay, but something was refused again
          64  the command line is wrong
          78  the configuration is wrong or missing, or check --strict warns

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
