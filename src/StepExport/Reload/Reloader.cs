using StepExport.Configuration;
using StepExport.Core.Telemetry;
using StepExport.Running;

namespace StepExport.Reload;

/// <summary>Reads the configuration again while the program runs, and applies it wholly or not at all.</summary>
/// <remarks>
/// Load and check -> compare (<see cref="ConfigDifference"/>) -> make everything new once for trial -> exchange
/// (<see cref="Lineup.ChangeAsync"/>). Until the last step nothing has been touched. Reloads wait for each other.
/// </remarks>
/// <param name="file">The configuration.</param>
/// <param name="loader">Reads it.</param>
/// <param name="config">What runs.</param>
/// <param name="lineup">The sources and sinks.</param>
/// <param name="status">Told about every reload.</param>
/// <param name="logger">The same, for a person.</param>
internal sealed partial class Reloader(string file, ConfigLoader loader, ExportConfig config, Lineup lineup, StatusSource status, ILogger logger) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private ExportConfig _running = config;

    public async Task<ReloadReport> ReloadAsync()
    {
        await _one.WaitAsync();
        try
        {
            var report = await AttemptAsync();
            Tell(report);
            return report;
        }
        catch (Exception e) // Only to say so: nobody waits for what a signal began. It goes on its way.
        {
            Log.Failed(logger, e);
            throw;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<ReloadReport> AttemptAsync()
    {
        var loaded = loader.Load(file);
        string[] warnings = [.. loaded.Warnings.Select(w => $"{w}")];
        foreach (var warning in warnings) Log.Warning(logger, warning);
        ReloadReport Refused(IEnumerable<string> errors) => new(ReloadOutcome.Refused, [], [.. errors], warnings);

        if (loaded.Config is not { } next) return Refused(loaded.Errors.Select(e => $"{e}"));
        var difference = ConfigDifference.Between(_running, next);
        if (difference.IsNone) return new(ReloadOutcome.Unchanged, [], [], warnings);
        if (difference.Fixed.Count > 0)
            return Refused(difference.Fixed.Select(key => $"{file}: {key}: is different, and is read at the start only; restart the program, or take this change back"));
        if (await lineup.TryAsync(difference) is { } trouble) return Refused([$"{file}: {trouble}"]);
        if (await lineup.ChangeAsync(difference, next) is not { } failures) return Refused(["the program is ending"]);
        // What could not be exchanged is different still, and the next reload tries again.
        var before = _running;
        _running = next with { Sources = [.. lineup.Sources.Select(s => s.Section)], Sinks = lineup.ConfiguredSinks };
        return new(ReloadOutcome.Applied, ConfigDifference.Between(before, _running).Describe(), [.. failures.Select(failure => $"{file}: {failure}")], [.. warnings, .. Removed(difference.Sinks)]);
    }

    private IEnumerable<string> Removed(Sections<SinkSection> sinks) => status.Journal().Removed.Where(r => sinks.Removed.Contains(r.Sink)).Select(r =>
        FormattableString.Invariant($"{file}: sinks: '{r.Sink}' was removed; {r.Undelivered} records were not delivered to it, and ")
        + (r.HeldUntil is { } until ? FormattableString.Invariant($"are let go at {until:u}; put the sink back before that to deliver them") : "were let go"));

    private void Tell(ReloadReport report)
    {
        var before = status.Reloads;
        status.Reloads = new(
            before.Applied + (report.Outcome == ReloadOutcome.Applied ? 1 : 0),
            before.Unchanged + (report.Outcome == ReloadOutcome.Unchanged ? 1 : 0),
            before.Refused + (report.Outcome == ReloadOutcome.Refused ? 1 : 0),
            status.Now,
            report.Errors is [var first, ..] ? first : null);
        foreach (var error in report.Errors)
        {
            if (report.Outcome == ReloadOutcome.Refused) Log.Refused(logger, error);
            else Log.NotApplied(logger, error);
        }

        if (report.Outcome == ReloadOutcome.Applied) Log.Applied(logger, file, string.Join(", ", report.Changes));
        if (report.Outcome == ReloadOutcome.Unchanged) Log.Unchanged(logger, file);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Reloaded {File}: {Changes}")]
        public static partial void Applied(ILogger logger, string file, string changes);

        [LoggerMessage(LogLevel.Information, "Reloaded {File}: nothing is different")]
        public static partial void Unchanged(ILogger logger, string file);

        [LoggerMessage(LogLevel.Error, "The reload was refused, everything runs on as it did: {Error}")]
        public static partial void Refused(ILogger logger, string error);

        [LoggerMessage(LogLevel.Error, "A part of the reload could not be applied: {Error}")]
        public static partial void NotApplied(ILogger logger, string error);

        [LoggerMessage(LogLevel.Critical, "The reload failed by a fault of the program or of the disk")]
        public static partial void Failed(ILogger logger, Exception exception);

        [LoggerMessage(LogLevel.Warning, "Reload: {Warning}")]
        public static partial void Warning(ILogger logger, string warning);
    }
}
