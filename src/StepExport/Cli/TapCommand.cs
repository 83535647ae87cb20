using System.Buffers;
using System.CommandLine;
using System.IO.Pipelines;
using System.Text;
using StepExport.Admin;
using StepExport.Sinks.Console;

namespace StepExport.Cli;

/// <summary><c>tap</c>: shows the findings that become durable in a running program, as they do.</summary>
internal static class TapCommand
{
    private static ReadOnlySpan<byte> Notice => "{\"tap\":{\"lost\":"u8;

    public static Command Create(CliContext context)
    {
        var (url, file) = (AdminTarget.Url(), ConfigFile.Option());
        var types = new Option<string[]>("--type") { Description = "Detection types, * matches any run of characters; may be given several times.", HelpName = "TYPE" };
        var severity = new Option<string?>("--severity") { Description = "Lowest severity: informational, low, medium, high, critical or fatal.", HelpName = "SEVERITY" };
        var repositories = new Option<string[]>("--repo") { Description = "Repositories as owner/repo, * matches any run of characters; may be given several times.", HelpName = "REPO" };
        var command = new Command("tap", "Show the findings that flow through a running program, live, as NDJSON; secrets are scrubbed already.")
        {
            types, severity, repositories, url, file,
        };
        command.SetAction(async (parsed, stop) =>
        {
            using var client = AdminTarget.Connect(parsed.GetValue(url), parsed.GetValue(file));
            var query = TapFilter.Query(parsed.GetValue(types) ?? [], parsed.GetValue(severity), parsed.GetValue(repositories) ?? []);
            await using var output = Console.OpenStandardOutput();
            return await ExecuteAsync(client, query, output, Terminal.OfStandardOutput(), context.Error, stop);
        });
        return command;
    }

    private static async Task<int> ExecuteAsync(AdminClient client, string query, Stream output, Terminal terminal, TextWriter errors, CancellationToken stop)
    {
        try
        {
            using var response = await client.TapAsync(query, stop);
            await using var findings = await response.Content.ReadAsStreamAsync(stop);
            await CopyAsync(findings, output, terminal, errors, stop);
            await errors.WriteLineAsync("stepexport: the program has ended");
            return ExitCode.Ok;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCode.Ok;
        }
        catch (HttpIOException e)
        {
            await errors.WriteLineAsync($"stepexport: the program has gone: {e.Message}");
            return ExitCode.Failure;
        }
    }

    /// <summary>Hands on whole lines; the lines about the tap itself go to the person.</summary>
    private static async Task CopyAsync(Stream findings, Stream output, Terminal terminal, TextWriter errors, CancellationToken stop)
    {
        var (reader, lines) = (PipeReader.Create(findings), new ArrayBufferWriter<byte>());
        while (true)
        {
            var read = await reader.ReadAsync(stop);
            var buffer = read.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = buffer.Slice(0, end).ToArray();
                buffer = buffer.Slice(buffer.GetPosition(1, end));
                if (line.AsSpan().StartsWith(Notice))
                {
                    var count = Encoding.ASCII.GetString(line.AsSpan(Notice.Length)).TrimEnd('}');
                    await errors.WriteLineAsync($"stepexport: {count} findings went by while this reader was slow, and are not shown; they are exported");
                    continue;
                }

                lines.ResetWrittenCount();
                if (terminal.IsTerminal) NdjsonLines.WriteEscaped(line, lines);
                else lines.Write(line);
                lines.Write("\n"u8);
                await output.WriteAsync(lines.WrittenMemory, stop);
            }

            await output.FlushAsync(stop);
            reader.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted) return;
        }
    }
}
