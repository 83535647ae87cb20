using System.Buffers;
using StepExport.Core.Delivery;

namespace StepExport.Sinks.Console;

/// <summary>How findings are shown: as a table or as NDJSON.</summary>
internal interface ILineFormat
{
    /// <summary>Appends the batch's lines, each ended by a line feed.</summary>
    void Write(Batch batch, IBufferWriter<byte> output);
}
