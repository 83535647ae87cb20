using System.Diagnostics;

namespace StepExport.Benchmarks.Receivers;

/// <summary>A receiver in a process of its own, so that its processor time is not counted.</summary>
internal sealed class ReceiverProcess : IDisposable
{
    private readonly Process _process;

    private ReceiverProcess(Process process, string address) => (_process, Address) = (process, address);

    public string Address { get; }

    /// <summary>Starts this program again as the receiver of a kind: <c>hec</c>, <c>kafka</c> or <c>s3</c>.</summary>
    public static async Task<ReceiverProcess> StartAsync(string kind)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["receiver", kind]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        var process = Process.Start(start) ?? throw new IOException("the receiver did not start");
        var address = await process.StandardOutput.ReadLineAsync() ?? throw new IOException("the receiver ended at once");
        return new(process, address);
    }

    /// <summary>What the child does: says where it listens, serves until a line comes or standard input ends, says what it got.</summary>
    public static async Task<int> ServeAsync(string kind)
    {
        await using IReceiver receiver = kind switch
        {
            "hec" => HecReceiver.Start(),
            "kafka" => KafkaReceiver.Start(),
            "s3" => await S3Receiver.StartAsync(),
            _ => throw new ArgumentException($"unknown receiver {kind}; write hec, kafka or s3"),
        };
        Console.WriteLine(receiver.Address);
        await Console.In.ReadLineAsync();
        Console.WriteLine(receiver.Totals);
        return 0;
    }

    /// <summary>Ends it and returns what it got.</summary>
    public async Task<string> StopAsync()
    {
        await _process.StandardInput.WriteLineAsync("quit");
        var totals = await _process.StandardOutput.ReadToEndAsync();
        await _process.WaitForExitAsync();
        return totals.Trim();
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }
}
