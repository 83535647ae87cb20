using StepExport.Core.Ingest;

namespace StepExport.Sources.S3;

/// <summary>Lists the bucket, has each object read that is not finished, and makes that durable.</summary>
internal sealed class BucketScan(
    S3SourceConfig config,
    TimeProvider time,
    Bucket bucket,
    SourceRetry retry,
    FinishedObjects finished,
    ObjectTroubles troubles,
    S3Progress progress,
    ObjectReader reader,
    Ingress ingress)
{
    /// <summary>Finished objects that a checkpoint holds at most.</summary>
    private const int MostSettling = 256;

    /// <summary>What was read is durable at the latest after this, also when small objects come slowly.</summary>
    private static readonly TimeSpan LongestUnsettled = TimeSpan.FromSeconds(1);

    private DateTimeOffset _nextPoll = time.GetUtcNow();
    private DateTimeOffset _nextRound = time.GetUtcNow();
    private TimeSpan _retryRound = config.Retry.Max;
    private long _settledAt = time.GetTimestamp();

    /// <summary>Called between the pages of a round.</summary>
    public Func<CancellationToken, Task> BetweenPages { get; set; } = _ => Task.CompletedTask;

    public bool IsPollDue => time.GetUtcNow() >= _nextPoll;

    public bool IsRoundDue => time.GetUtcNow() >= _nextRound;

    /// <summary>Until a poll or a round is due.</summary>
    public TimeSpan Wait
    {
        get
        {
            var wait = (_nextPoll < _nextRound ? _nextPoll : _nextRound) - time.GetUtcNow();
            return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
        }
    }

    /// <summary>Finishes what an earlier run has begun.</summary>
    public async Task ResumeAsync(CancellationToken stop)
    {
        finished.Add(progress.Settling);
        progress.Settling.Clear();
        if (progress.Current is not { } current) return;
        await ReadAsync(current, null, stop);
        await SettleAsync(stop);
    }

    /// <summary>Reads what sorts behind the last known key.</summary>
    public async Task PollAsync(CancellationToken stop)
    {
        for (var isLast = false; !isLast;)
        {
            var page = await ListAsync(progress.Place, stop);
            await ReadPageAsync(page, inRound: false, movesPlace: true, stop);
            isLast = page.IsLast;
        }

        var now = time.GetUtcNow();
        _nextPoll = now + config.PollInterval;
        HastenRound(now);
    }

    /// <summary>Lists everything and reads what is not finished.</summary>
    public async Task RoundAsync(CancellationToken stop)
    {
        finished.BeginRound();
        troubles.BeginRound();
        var isFirst = progress.Place is null;
        string? after = null;
        for (var isLast = false; !isLast;)
        {
            var page = await ListAsync(after, stop);
            await ReadPageAsync(page, inRound: true, movesPlace: isFirst, stop);
            (after, isLast) = (page.Objects.Count > 0 ? page.Objects[^1].Key : after, page.IsLast);
            if (!isFirst && !isLast && IsPollDue) await PollAsync(stop);
            if (!isLast) await BetweenPages(stop);
        }

        finished.EndRound();
        troubles.EndRound();
        var now = time.GetUtcNow();
        _nextRound = now + config.RelistInterval;
        if (!troubles.MayEnd) _retryRound = config.Retry.Max;
        HastenRound(now);
        _retryRound *= troubles.MayEnd ? 2 : 1;
        if (isFirst) _nextPoll = now + config.PollInterval;
    }

    /// <summary>Reads those of the objects that are not finished, wherever they sort; what was read is durable and known to be finished on return.</summary>
    /// <returns>Those that could not be read.</returns>
    public async Task<HashSet<ListedObject>> ReadNamedAsync(IReadOnlyCollection<ListedObject> named, CancellationToken stop)
    {
        var known = finished.Known([.. named.Select(Id)], inRound: false);
        var missing = named.Where(listed => !known.Contains(Id(listed))).ToList();
        var unread = missing.Where(troubles.IsDamaged).ToHashSet();
        await using (var ahead = Ahead(missing.Except(unread).ToList(), stop))
        {
            while (ahead.TryNext(out var listed, out var opened))
            {
                var outcome = await ReadAsync(new(listed.Key, listed.ETag), opened, stop);
                if (outcome.Unreadable is not null) unread.Add(listed);
                if (progress.Settling.Count >= MostSettling) await SettleAsync(stop);
            }
        }

        if (progress.Settling.Count > 0) await SettleAsync(stop);
        HastenRound(time.GetUtcNow());
        return unread;
    }

    /// <summary>What could not be read is tried again sooner, and ever more seldom.</summary>
    private void HastenRound(DateTimeOffset now)
    {
        if (_retryRound > config.RelistInterval) _retryRound = config.RelistInterval;
        if (troubles.MayEnd && _nextRound > now + _retryRound) _nextRound = now + _retryRound;
    }

    private Task<BucketPage> ListAsync(string? after, CancellationToken stop) =>
        retry.UntilAnsweredAsync("the listing", token => bucket.ListAsync(after, null, token), stop);

    private async Task ReadPageAsync(BucketPage page, bool inRound, bool movesPlace, CancellationToken stop)
    {
        var known = finished.Known([.. page.Objects.Select(Id)], inRound);
        var wanted = page.Objects.Where(listed => IsWanted(listed) && !known.Contains(Id(listed)) && !troubles.IsDamaged(listed));
        await using (var ahead = Ahead(wanted, stop))
        {
            while (ahead.TryNext(out var listed, out var opened))
            {
                await ReadAsync(new(listed.Key, listed.ETag), opened, stop);
                if (movesPlace) progress.Place = listed.Key;
                if (progress.Settling.Count >= MostSettling || time.GetElapsedTime(_settledAt) >= LongestUnsettled) await SettleAsync(stop);
            }
        }

        var moves = movesPlace && page.Objects.Count > 0 && progress.Place != page.Objects[^1].Key;
        if (moves) progress.Place = page.Objects[^1].Key;
        if (moves || progress.Settling.Count > 0) await SettleAsync(stop);
    }

    private ReadAhead Ahead(IEnumerable<ListedObject> wanted, CancellationToken stop) =>
        new(wanted, config.Concurrency, listed => bucket.OpenAsync(new(listed.Key, listed.ETag), whichever: false, stop));

    private async Task<ObjectOutcome> ReadAsync(ObjectPosition current, Task<ObjectBody>? opened, CancellationToken stop)
    {
        progress.Current = current;
        var outcome = await reader.ReadAsync(current, opened, stop);
        progress.Current = null;
        if (outcome.Unreadable is null) progress.Settling.Add(ObjectId.Of(config.Bucket, current.Key, current.ETag));
        troubles.Note(current.Key, current.ETag, outcome);
        return outcome;
    }

    /// <summary>Everything read so far is durable on return, and known to be finished.</summary>
    private async Task SettleAsync(CancellationToken stop)
    {
        await ingress.FlushAsync(stop);
        finished.Add(progress.Settling);
        progress.Settling.Clear();
        _settledAt = time.GetTimestamp();
    }

    private bool IsWanted(ListedObject listed)
    {
        if (listed.LastModified < progress.Since) return false;
        foreach (var suffix in config.Suffixes)
        {
            if (listed.Key.EndsWith(suffix, StringComparison.Ordinal)) return true;
        }

        return false;
    }

    private UInt128 Id(ListedObject listed) => ObjectId.Of(config.Bucket, listed.Key, listed.ETag);
}
