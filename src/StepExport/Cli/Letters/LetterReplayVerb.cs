using Microsoft.Extensions.Logging.Abstractions;
using StepExport.Configuration;
using StepExport.Core.DeadLetters;
using StepExport.Core.Journal;

namespace StepExport.Cli.Letters;

/// <summary><c>deadletter replay</c>: marks letters; the program that runs brings them to their place, and where none runs this process does,
/// with the same parts and under the data directory's lock.</summary>
internal sealed class LetterReplayVerb(DeadLetterStore store, ConfigGlance config, CliContext context)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    /// <returns>0 when every letter has left the store, 2 when some were refused again, 1 when some are still on their way.</returns>
    public async Task<int> ExecuteAsync(string file, DeadLetterQuery query, string? to, bool dryRun, TimeSpan wait, CancellationToken stop)
    {
        if (to is not null && !config.Sinks.Contains(to)) throw new IOException($"there is no sink '{to}' in {file}; --to names one of {string.Join(", ", config.Sinks)}");
        var (targets, homeless) = Sort(query, to);
        foreach (var (sink, count) in homeless)
            await context.Error.WriteLineAsync($"stepexport: {Units.Count(count)} letters are of sink {TerminalText.Escape(sink)}, which is not in {file}; send them elsewhere with --to SINK");
        var ids = targets.Values.SelectMany(t => t.Keys).ToArray();
        if (ids.Length == 0) await context.Output.WriteLineAsync("no letters to replay");
        if (ids.Length == 0) return homeless.Count == 0 ? ExitCode.Ok : ExitCode.Failure;
        foreach (var (target, letters) in targets)
            await context.Output.WriteLineAsync($"{(dryRun ? "would replay" : "replaying")} {Units.Count(letters.Count)} {(target == DeadLetterStore.Mapper ? "through the mapper to every sink" : $"to sink {target}")}");
        if (dryRun) return ExitCode.Ok;

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(wait);
        if (IsRunning(config.DataDir))
        {
            Mark(targets);
            await WaitAsync(ids, patience.Token);
            return await ReportAsync(targets, running: true);
        }

        return await ConfigFile.UseAsync(file, context, async loaded =>
        {
            Mark(targets);
            await ReplayHereAsync(loaded.Config!, patience.Token);
            return await ReportAsync(targets, running: false);
        });
    }

    /// <summary>Letters by target, with how often each was replayed before.</summary>
    private (Dictionary<string, Dictionary<long, int>> Targets, Dictionary<string, int> Homeless) Sort(DeadLetterQuery query, string? to)
    {
        var (targets, homeless) = (new Dictionary<string, Dictionary<long, int>>(), new Dictionary<string, int>());
        foreach (var (id, component, atIntake, replays) in store.Select(query))
        {
            var target = atIntake ? DeadLetterStore.Mapper : to ?? component;
            if (!atIntake && !config.Sinks.Contains(target))
            {
                homeless[target] = homeless.GetValueOrDefault(target) + 1;
                continue;
            }

            if (!targets.TryGetValue(target, out var letters)) targets[target] = letters = [];
            letters[id] = replays;
        }

        return (targets, homeless);
    }

    private void Mark(Dictionary<string, Dictionary<long, int>> targets)
    {
        foreach (var (target, letters) in targets) store.RequestReplay(letters.Keys, target);
    }

    private static bool IsRunning(string dataDir)
    {
        try
        {
            using var mine = DataDirectoryLock.Acquire(dataDir);
            return false;
        }
        catch (DataDirectoryInUseException)
        {
            return true;
        }
    }

    private async Task WaitAsync(IReadOnlyCollection<long> ids, CancellationToken patience)
    {
        while (!patience.IsCancellationRequested && store.CountRequested(ids) > 0)
            await Task.Delay(Pace, context.Time, patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ReplayHereAsync(ExportConfig loaded, CancellationToken patience)
    {
        await using var graph = Composition.Build(loaded, once: true, context.Time, NullLoggerFactory.Instance);
        try
        {
            await Task.WhenAll([graph.Replay.DrainAsync(patience), .. graph.Lineup.Sinks.Select(s => s.Runner.ReplayAsync(patience))]);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            foreach (var sink in graph.Lineup.Sinks.Where(s => !s.Metrics.Health.Current.Ok))
                await context.Error.WriteLineAsync($"stepexport: sink {sink.Name}: {TerminalText.Escape(sink.Metrics.Health.Current.Reason!)}");
        }
    }

    private async Task<int> ReportAsync(Dictionary<string, Dictionary<long, int>> targets, bool running)
    {
        var before = targets.Values.SelectMany(t => t).ToDictionary();
        var (refused, waiting) = (new List<StoredDeadLetter>(), 0);
        foreach (var stored in before.Keys.Chunk(1000).SelectMany(some => store.All(new() { Ids = some })))
        {
            if (stored.ReplayTo is not null) waiting++;
            else if (stored.Replays > before[stored.Id]) refused.Add(stored);
        }

        await context.Output.WriteLineAsync($"{Units.Count(before.Count - refused.Count - waiting)} done, {Units.Count(refused.Count)} refused again, {Units.Count(waiting)} on their way");
        foreach (var stored in refused.Take(10)) await context.Error.WriteLineAsync(TerminalText.Escape($"stepexport: letter {stored.Id}: {stored.Letter.Reason}"));
        if (refused.Count > 10) await context.Error.WriteLineAsync($"stepexport: … and {Units.Count(refused.Count - 10)} more; see 'stepexport deadletter list'");
        if (waiting > 0) await context.Error.WriteLineAsync(running
            ? "stepexport: the program goes on with what is on its way; 'stepexport status' says what holds it up"
            : "stepexport: what is on its way is sent when the program runs, or with the next replay");
        return waiting > 0 ? ExitCode.Failure : refused.Count > 0 ? ExitCode.DeadLettered : ExitCode.Ok;
    }
}
