namespace StepExport.Core.Journal;

/// <summary>The file operations of the journal: the real file system, or one that injects faults.</summary>
internal interface IJournalStorage
{
}
