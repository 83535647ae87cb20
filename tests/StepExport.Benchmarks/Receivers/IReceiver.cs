namespace StepExport.Benchmarks.Receivers;

/// <summary>A destination that takes everything with as little processor time as possible, so that a benchmark measures the sender.</summary>
internal interface IReceiver : IAsyncDisposable
{
    /// <summary>Where it listens, as the sink's configuration writes it.</summary>
    string Address { get; }

    /// <summary>What it got so far, for a person.</summary>
    string Totals { get; }
}
