using System.Buffers;
using StepExport.Core.DeadLetters;
using StepExport.Sinks.Console;

namespace StepExport.Cli.Letters;

/// <summary>How letters are written.</summary>
/// <param name="File">A new file; null = standard output.</param>
/// <param name="Envelope">With everything that is known.</param>
/// <param name="Remove">Take out of the store what is durable in the file.</param>
/// <param name="Limit">Most letters.</param>
internal sealed record LetterExportSettings(string? File, bool Envelope, bool Remove, int Limit);

/// <summary><c>deadletter export</c>.</summary>
internal static class LetterExport
{
    public static async Task<int> ExecuteAsync(DeadLetterStore store, DeadLetterQuery query, LetterExportSettings settings, CliContext context, CancellationToken stop)
    {
        var written = new List<long>();
        var skipped = 0;
        await using (var output = Open(settings.File))
        await using (var lines = new BufferedStream(output, 64 * 1024))
        {
            var isTerminal = settings.File is null && Terminal.OfStandardOutput().IsTerminal;
            var (line, escaped) = (new MemoryStream(), new ArrayBufferWriter<byte>());
            foreach (var stored in store.All(query).Take(settings.Limit))
            {
                stop.ThrowIfCancellationRequested();
                line.SetLength(0);
                if (settings.Envelope) LetterJson.WriteEnvelope(line, stored, withPayload: true);
                else if (!LetterJson.TryWritePayload(line, stored.Letter.Bytes))
                {
                    skipped++;
                    continue;
                }

                var bytes = line.GetBuffer().AsMemory(0, (int)line.Length);
                if (isTerminal)
                {
                    escaped.ResetWrittenCount();
                    NdjsonLines.WriteEscaped(bytes.Span[..^1], escaped);
                    escaped.Write("\n"u8);
                    bytes = escaped.WrittenMemory.ToArray();
                }

                lines.Write(bytes.Span);
                written.Add(stored.Id);
            }

            await lines.FlushAsync(stop);
            if (output is FileStream file) file.Flush(flushToDisk: true);
        }

        var removed = settings.Remove && written.Count > 0 ? store.Remove(written, replayed: false) : 0;
        await context.Error.WriteLineAsync($"{Units.Count(written.Count)} letters written{(settings.File is null ? "" : $" to {settings.File}")}{(settings.Remove ? $", {Units.Count(removed)} taken out" : "")}");
        if (skipped == 0) return ExitCode.Ok;
        await context.Error.WriteLineAsync($"{Units.Count(skipped)} letters are no JSON and were left; --envelope writes them too");
        return ExitCode.DeadLettered;
    }

    private static Stream Open(string? path)
    {
        if (path is null) return Console.OpenStandardOutput();
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            return new FileStream(path, options);
        }
        catch (IOException e) when (System.IO.File.Exists(path))
        {
            throw new IOException($"{path} exists already and is left alone; name another file", e);
        }
    }
}
