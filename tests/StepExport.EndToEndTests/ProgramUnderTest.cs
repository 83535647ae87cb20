using System.Diagnostics;
using System.Text;
using StepExport.Testing;

namespace StepExport.EndToEndTests;

/// <summary>The built program as a process of its own, started as a user starts it.</summary>
internal sealed class ProgramUnderTest : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();

    private ProgramUnderTest(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, e) => Append(_output, e.Data);
        process.ErrorDataReceived += (_, e) => Append(_errors, e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Output => Text(_output);

    public string Errors => Text(_errors);

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Starts it in <paramref name="folder"/>, without inherited settings.</summary>
    public static ProgramUnderTest Start(string folder, params string[] arguments) => Start(folder, null, arguments);

    public static ProgramUnderTest Start(string folder, Action<ProcessStartInfo>? adjust, params string[] arguments)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        var start = new ProcessStartInfo(RepositoryRoot.Combine("artifacts", "bin", "StepExport", configuration, "stepexport"), arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        adjust?.Invoke(start);
        return new(Process.Start(start) ?? throw new IOException("the program did not start"));
    }

    /// <summary>Starts it and waits for its end.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string folder, params string[] arguments) =>
        await RunWithInputAsync(folder, null, arguments);

    public static async Task<(int ExitCode, string Output, string Errors)> RunWithInputAsync(string folder, byte[]? input, params string[] arguments)
    {
        await using var program = Start(folder, arguments);
        if (input is not null) await program._process.StandardInput.BaseStream.WriteAsync(input);
        program._process.StandardInput.Close();
        var exitCode = await program.WaitForExitAsync();
        return (exitCode, program.Output, program.Errors);
    }

    public async Task<int> WaitForExitAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"the program did not end within five minutes; it says:\n{Errors}");
        }

        return _process.ExitCode;
    }

    /// <summary>SIGKILL: no handler runs, nothing is flushed.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, as an orchestrator sends it.</summary>
    public void Terminate() => Signal("TERM");

    /// <summary>SIGINT, as Ctrl-C sends it.</summary>
    public void Interrupt() => Signal("INT");

    /// <summary>SIGHUP: read the configuration again.</summary>
    public void HangUp() => Signal("HUP");

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
    }

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", ["-s", name, _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private static void Append(StringBuilder to, string? line)
    {
        if (line is null) return;
        lock (to) to.Append(line).Append('\n');
    }

    private static string Text(StringBuilder from)
    {
        lock (from) return from.ToString();
    }
}
