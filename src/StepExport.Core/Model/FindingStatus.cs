namespace StepExport.Core.Model;

/// <summary>OCSF <c>status_id</c> of the states that the vendor knows.</summary>
internal enum FindingStatus : byte
{
    Unknown = 0,
    New = 1,
    Suppressed = 3,
    Resolved = 4,
}
