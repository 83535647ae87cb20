using Microsoft.Extensions.Logging;

namespace StepExport.Core.Delivery;

/// <summary>A batch on disk, whose end is marked in the journal.</summary>
internal sealed partial class SpooledBatch(ISpool spool, int count, InFlightWindow.Slot slot, RunnerContext runner) : IClosedBatch
{
    public ISpool Spool => spool;

    public int Count => count;

    public InFlightWindow.Slot Slot => slot;

    public ValueTask DisposeAsync() => RemoveAsync(spool, runner);

    /// <summary>Disposes of a spool. What cannot be removed costs room, not records: it is logged.</summary>
    public static async ValueTask RemoveAsync(ISpool spool, RunnerContext runner)
    {
        try
        {
            await spool.DisposeAsync();
        }
        catch (Exception e)
        {
            // The boundary to a sink's code: a bug there must cost neither records nor the other sinks.
            Log.NotRemoved(runner.Logger, e, runner.Sink);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 341, Level = LogLevel.Warning, Message = "{Sink}: something of a spool could not be removed")]
        public static partial void NotRemoved(ILogger logger, Exception cause, string sink);
    }
}
