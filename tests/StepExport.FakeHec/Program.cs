using System.CommandLine;
using System.Runtime.InteropServices;
using StepExport.FakeHec;
using StepExport.Sinks.Console;
using StepExport.Testing.SplunkHec;

var port = new Option<int>("--port") { Description = "Port on 127.0.0.1.", DefaultValueFactory = _ => 8088 };
var ack = new Option<bool>("--ack") { Description = "The token uses indexer acknowledgement." };
var faults = new Option<int?>("--faults") { Description = "Random trouble; the same seed makes the same again.", HelpName = "SEED" };
var noColour = new Option<bool>("--no-color") { Description = "No colours; they are left out as well when NO_COLOR is set or the output is no terminal." };
var root = new RootCommand("Plays Splunk's HTTP Event Collector on this machine and shows what arrives. Ctrl-C ends it with the totals.") { port, ack, faults, noColour };
root.SetAction((parsed, _) => RunAsync(parsed.GetValue(port), parsed.GetValue(ack), parsed.GetValue(faults), parsed.GetValue(noColour)));
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });

static async Task<int> RunAsync(int port, bool ack, int? faults, bool noColour)
{
    var terminal = Terminal.OfStandardOutput();
    var index = new HecIndex(keepEvents: false);
    var screen = new Screen(Console.Out, noColour ? terminal with { Colour = false } : terminal, index, TimeProvider.System);
    var options = new HecServerOptions
    {
        Port = port,
        Index = index,
        Acknowledgement = ack,
        Indexers = faults is null ? 1 : 2,
        NeedsChannel = false,
        KeepsRequests = false,
        Watch = screen.Show,
    };
    var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
    try
    {
        await using var server = await FakeHecServer.StartAsync(options);
        if (faults is { } seed) server.Script.Storm = new(seed);
        screen.Greet(server, faults);
        await end.Task;
        screen.Total(server.Script.Storm);
        return 0;
    }
    catch (IOException e)
    {
        await Console.Error.WriteLineAsync($"fake-hec: {e.Message} Another port: --port N");
        return 1;
    }

    void End(PosixSignalContext signal)
    {
        signal.Cancel = true;
        end.TrySetResult();
    }
}
