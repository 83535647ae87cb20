using System.Collections.Concurrent;
using System.Globalization;

namespace StepExport.Testing.SplunkHec;

/// <summary>Random trouble from a seed: the n-th request of a kind always meets the same fault, and an event is refused always or
/// never. Thread-safe.</summary>
/// <param name="seed">Makes the same storm again.</param>
/// <param name="odds">The usual ones when left out.</param>
/// <param name="time">For the dates in Retry-After.</param>
internal sealed class HecStorm(int seed, HecOdds? odds = null, TimeProvider? time = null)
{
    private readonly HecOdds _odds = odds ?? new();
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Lock _lock = new();
    private readonly Random _requests = new(seed);
    private readonly Random _polls = new(seed ^ 0x5EED);
    private readonly Random _fates = new(seed ^ 0xFA7E);
    private readonly ConcurrentDictionary<string, int> _verdicts = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);

    /// <summary>How often each fault struck.</summary>
    public IReadOnlyDictionary<string, int> Counts
    {
        get { lock (_lock) return new SortedDictionary<string, int>(_counts); }
    }

    /// <summary>Events that were refused, with the code.</summary>
    public IReadOnlyDictionary<string, int> Refused => _verdicts.Where(v => v.Value != 0).ToDictionary(v => v.Key, v => v.Value, StringComparer.Ordinal);

    public HecReply? DrawReply(HecReceived request)
    {
        lock (_lock)
        {
            // Always the same number of draws, so that what a request holds does not change the storm behind it.
            var (what, which, isObeyed) = (_requests.NextDouble(), _requests.Next(60), _requests.Next(2) == 0);
            if (Hit(ref what, _odds.Busy)) return Strike("busy", WithRetryAfter(HecReply.Of(Pick(which, 9, 18, 19, 20, 23)), which / 5));
            if (Hit(ref what, _odds.Full)) return Strike("full", HecReply.Of(Pick(which, 26, 27)));
            if (Hit(ref what, _odds.NearlyFull)) return Strike("nearly full", HecReply.Of(Pick(which, 24, 25)) with { IndexFirst = true });
            if (Hit(ref what, _odds.Ambiguous)) return Strike("ambiguous", HecReply.Of(8) with { IndexFirst = isObeyed });
            if (Hit(ref what, _odds.Cut)) return Strike("cut", HecReply.CutOff with { IndexFirst = isObeyed });
            if (Hit(ref what, _odds.Held)) return Strike("held", HecReply.Held with { IndexFirst = isObeyed });
            if (Hit(ref what, _odds.Foreign)) return Strike("foreign page", HecReply.Html(Pick(which, 200, 502, 504)) with { IndexFirst = isObeyed });
            if (Hit(ref what, _odds.Token)) return Strike("token", HecReply.Of(Pick(which, 1, 2, 3, 4)));
            if (Hit(ref what, _odds.Channel)) return Strike("channel", HecReply.Of(Pick(which, 10, 11)));
            if (Hit(ref what, _odds.TooLarge)) return HecEvent.ReadAll(request.Plain()).Events.Count > 1 ? Strike("too large", new HecReply(413) { Page = "" }) : null;
            return Hit(ref what, _odds.Moved) ? Strike("moved", HecReply.Moved) : null;
        }
    }

    public HecReply? DrawAckReply()
    {
        lock (_lock)
        {
            var (what, which, isObeyed) = (_polls.NextDouble(), _polls.Next(60), _polls.Next(2) == 0);
            if (what >= _odds.Poll) return null;
            var reply = Pick(which, HecReply.Busy, HecReply.Of(8), HecReply.CutOff, HecReply.Html(200), HecReply.Html(502), HecReply.Of(26));
            return Strike(isObeyed ? "poll lost" : "poll failed", reply with { IndexFirst = isObeyed });
        }
    }

    public HecFate DrawFate(bool isAwaited)
    {
        lock (_lock)
        {
            var (what, polls, isIndexedLate) = (_fates.NextDouble(), _fates.Next(1, 4), _fates.Next(2) == 0);
            if (!isAwaited) return HecFate.Indexed;
            if (Hit(ref what, _odds.Lost)) return Strike("lost", HecFate.Lost);
            if (Hit(ref what, _odds.NeverAcknowledged)) return Strike("never acknowledged", HecFate.NeverAcknowledged);
            if (!Hit(ref what, _odds.Late)) return HecFate.Indexed;
            return Strike("late", isIndexedLate ? HecFate.IndexedAfterPolls(polls) : HecFate.AcknowledgedAfterPolls(polls));
        }
    }

    /// <param name="hecEvent">Its uid alone decides.</param>
    /// <param name="isFirst">Nothing was taken so far, so that code 7 would say that the index is wrong altogether: it spares this event.</param>
    public int? RefusalOf(HecEvent hecEvent, bool isFirst)
    {
        var draw = new Random(Fnv1A(hecEvent.Uid, seed));
        if (draw.NextDouble() >= _odds.Refused) return null;
        var code = _odds.RefusalCodes[draw.Next(_odds.RefusalCodes.Count)];
        code = _verdicts.GetOrAdd(hecEvent.Uid, code == 7 && isFirst ? 0 : code);
        return code == 0 ? null : code;
    }

    private static bool Hit(ref double what, double odds)
    {
        what -= odds;
        return what < 0;
    }

    private static T Pick<T>(int which, params ReadOnlySpan<T> choices) => choices[which % choices.Length];

    private HecReply WithRetryAfter(HecReply reply, int which) => (which % 3) switch
    {
        0 => reply,
        1 => reply with { RetryAfter = "2" },
        _ => reply with { RetryAfter = _time.GetUtcNow().AddSeconds(3).ToString("R", CultureInfo.InvariantCulture) },
    };

    private T Strike<T>(string name, T fault)
    {
        _counts[name] = _counts.GetValueOrDefault(name) + 1;
        return fault;
    }

    /// <summary>The same in every process, as the storm has to be.</summary>
    private static int Fnv1A(string text, int seed)
    {
        var hash = 2166136261u ^ (uint)seed;
        foreach (var character in text) hash = (hash ^ character) * 16777619u;
        return (int)hash;
    }
}
