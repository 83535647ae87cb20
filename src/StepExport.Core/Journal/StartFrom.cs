namespace StepExport.Core.Journal;

/// <summary>Where a sink begins that has no cursor yet.</summary>
internal enum StartFrom
{
    /// <summary>With the oldest record that the journal still holds.</summary>
    Oldest,

    /// <summary>With the first record that comes after its cursor was made.</summary>
    Now,
}
