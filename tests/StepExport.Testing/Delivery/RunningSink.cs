using Microsoft.Extensions.Logging.Abstractions;
using StepExport.Core.Delivery;
using StepExport.Core.Journal;
using StepExport.Core.Telemetry;

namespace StepExport.Testing.Delivery;

/// <summary>A runner at work. Disposing gives up what is under way, as the end of the drain time does.</summary>
internal sealed class RunningSink : IAsyncDisposable
{
    private readonly RunnerRig _rig;
    private readonly CancellationTokenSource _stopReading = new();
    private readonly CancellationTokenSource _abandon = new();

    public RunningSink(RunnerRig rig, string name, ISink sink, SinkSettings settings, Random random)
    {
        _rig = rig;
        Metrics = new(name, rig.Time);
        Reader = rig.Reader(name);
        Runner = new(name, sink, Reader, rig.DeadLetters, settings, Metrics, rig.Time, random, NullLogger.Instance);
        Run = Runner.RunAsync(_stopReading.Token, _abandon.Token);
    }

    public SinkRunner Runner { get; }

    public SinkMetrics Metrics { get; }

    public JournalReader Reader { get; }

    public Task Run { get; }

    /// <summary>Everything that is durable in the journal now is brought to its end while the clock runs.</summary>
    public Task DrainAsync() => _rig.AdvanceUntilAsync(Runner.DrainAsync(_rig.Journal.DurableSequence, CancellationToken.None));

    /// <summary>The same with a clock that stands still: nothing may need a wait.</summary>
    public Task DrainAtOnceAsync() => Runner.DrainAsync(_rig.Journal.DurableSequence, CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(2));

    public void StopReading() => _stopReading.Cancel();

    public void Abandon() => _abandon.Cancel();

    public async ValueTask DisposeAsync()
    {
        await _stopReading.CancelAsync();
        await _abandon.CancelAsync();
        await Run;
        _stopReading.Dispose();
        _abandon.Dispose();
    }
}
