using System.Buffers;
using System.Globalization;
using System.Text;
using StepExport.Core.Delivery;
using StepExport.Core.Formats;

namespace StepExport.Sinks.Console;

/// <summary>One OCSF finding per line. On a terminal the control characters that JSON allows raw (DEL, C1) are escaped: some
/// terminals obey them. The JSON stays the same value.</summary>
internal sealed class NdjsonLines(RecordFormat format, Terminal terminal) : ILineFormat
{
    private readonly ArrayBufferWriter<byte> _scratch = new();

    public void Write(Batch batch, IBufferWriter<byte> output)
    {
        foreach (ref readonly var record in batch.Records)
        {
            var line = format.Render(record.Body.Span, _scratch);
            if (terminal.IsTerminal)
                WriteEscaped(line, output);
            else
                output.Write(line);
            output.Write("\n"u8);
        }
    }

    /// <summary>Writes a line of JSON with its raw control characters escaped.</summary>
    public static void WriteEscaped(ReadOnlySpan<byte> line, IBufferWriter<byte> output)
    {
        while (!line.IsEmpty)
        {
            _ = Rune.DecodeFromUtf8(line, out var rune, out var length);
            if (Rune.IsControl(rune))
                output.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}")));
            else
                output.Write(line[..length]);
            line = line[length..];
        }
    }
}
