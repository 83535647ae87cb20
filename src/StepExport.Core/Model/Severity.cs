namespace StepExport.Core.Model;

/// <summary>OCSF <c>severity_id</c>, in ascending order of gravity.</summary>
internal enum Severity : byte
{
    Unknown = 0,
    Informational = 1,
    Low = 2,
    Medium = 3,
    High = 4,
    Critical = 5,
    Fatal = 6,
}
