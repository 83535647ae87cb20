using StepExport.Core.Formats;
using StepExport.Core.Ingest;
using StepExport.Core.Normalization;

namespace StepExport.Cli;

/// <summary><c>map</c>: detections in, findings out.</summary>
internal static class MapCommand
{
    private const int BufferSize = 64 * 1024;

    /// <summary>Runs the verb on the program's own standard streams.</summary>
    /// <param name="input">A file, or - for standard input.</param>
    /// <param name="format">What to write.</param>
    /// <param name="context">Where to print errors.</param>
    /// <param name="stop">Cancelled by SIGTERM and SIGINT.</param>
    /// <returns>The exit code: 1 when any detection was bad.</returns>
    public static async Task<int> ExecuteAsync(string input, RecordFormat format, CliContext context, CancellationToken stop)
    {
        // Not context.Output: findings are bytes, and text would be encoded again
        await using var output = Console.OpenStandardOutput();
        return await RunAsync(input, format, output, context.Error, stop);
    }

    /// <summary>Writes one finding per line; what is bad goes to <paramref name="errors"/> as <c>file:line: byte N: reason</c>.</summary>
    /// <param name="input">A file, or - for standard input.</param>
    /// <param name="format">What to write.</param>
    /// <param name="output">Takes UTF-8 NDJSON.</param>
    /// <param name="errors">Takes one line per bad detection.</param>
    /// <param name="stop">Ends it early.</param>
    /// <returns>The exit code: 1 when any detection was bad, or the input could not be read.</returns>
    public static async Task<int> RunAsync(string input, RecordFormat format, Stream output, TextWriter errors, CancellationToken stop)
    {
        var isFile = input != "-";
        try
        {
            await using var stream = isFile ? File.OpenRead(input) : Console.OpenStandardInput();
            return await MapAsync(stream, isFile ? input : "stdin", format, output, errors, stop);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await errors.WriteLineAsync($"stepexport map: {e.Message}");
            return ExitCode.Failure;
        }
    }

    private static async Task<int> MapAsync(
        Stream input, string name, RecordFormat format, Stream output, TextWriter errors, CancellationToken stop)
    {
        var normalizer = new Normalizer(new NormalizationSettings { IncludeRaw = format.Format == OutputFormat.Raw });
        var (detection, scratch) = (new NormalizedDetection(), new System.Buffers.ArrayBufferWriter<byte>(BufferSize));
        var receivedAtMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        using var splitter = new DetectionSplitter();
        await using var lines = new BufferedStream(output, BufferSize);
        var exitCode = ExitCode.Ok;
        int count;
        do
        {
            count = await input.ReadAsync(splitter.Room(), stop);
            splitter.Filled(count);
            if (count == 0) splitter.Complete();
            while (splitter.TryRead(out var item))
            {
                if ((item.Error ?? normalizer.Normalize(item.Bytes, receivedAtMs, detection).Error) is { } error)
                {
                    errors.WriteLine(FormattableString.Invariant($"{name}:{item.Line}: byte {item.Offset}: {error}"));
                    exitCode = ExitCode.Failure;
                    continue;
                }

                lines.Write(format.Render(detection.Body.WrittenSpan, scratch));
                lines.WriteByte((byte)'\n');
            }
        }
        while (count > 0);

        await lines.FlushAsync(stop);
        return exitCode;
    }
}
