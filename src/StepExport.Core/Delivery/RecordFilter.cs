using StepExport.Core.Model;

namespace StepExport.Core.Delivery;

/// <summary>A sink's <c>where</c>: type, severity and repository, decided from the record's header alone.</summary>
internal sealed class RecordFilter
{
    public static RecordFilter All { get; } = new();

    /// <summary>Whether the sink wants this record.</summary>
    public bool Accepts(in ExportRecord record) => this == All || record.Sequence > 0;
}
