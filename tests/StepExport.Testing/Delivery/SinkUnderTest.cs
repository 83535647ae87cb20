using StepExport.Core.Delivery;
using StepExport.Core.Telemetry;

namespace StepExport.Testing.Delivery;

/// <summary>A real sink with its destination, as the contract tests see them.</summary>
internal abstract class SinkUnderTest : IAsyncDisposable
{
    public abstract ISink Sink { get; }

    /// <summary>What the sink counts in.</summary>
    public abstract SinkMetrics Metrics { get; }

    /// <summary>True when <see cref="BreakAsync"/> can put the destination into real trouble.</summary>
    public virtual bool CanBreak => false;

    /// <summary><c>metadata.uid</c> of every record that has arrived, in the order of arrival.</summary>
    public abstract Task<IReadOnlyList<string>> ArrivedAsync();

    /// <summary>From now on the destination takes nothing.</summary>
    public virtual Task BreakAsync() => throw new NotSupportedException();

    public virtual Task RepairAsync() => throw new NotSupportedException();

    public abstract ValueTask DisposeAsync();
}
