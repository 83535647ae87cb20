namespace StepExport.Core.Delivery;

/// <summary>A batch that takes no more records: in memory (<see cref="PooledBatch"/>) or on disk (<see cref="SpooledBatch"/>).
/// Disposed of once, when no send can touch it any more.</summary>
internal interface IClosedBatch : IAsyncDisposable
{
    InFlightWindow.Slot Slot { get; }
}
