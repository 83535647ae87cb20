using Microsoft.Extensions.Logging;
using StepExport.Core.DeadLetters;

namespace StepExport.Core.Delivery;

/// <summary>Sends the dead letters that are marked for one sink, by the same rules as records of the journal.</summary>
/// <remarks>A letter leaves the store after the destination has taken it. A crash in between sends it again, with the same uid. A letter
/// that is refused again stays, with the new reason. The sink's <c>where</c> is not asked: a person has.</remarks>
internal sealed partial class LetterReplay(ISink sink, DeadLetterStore store, SendLoop sends, RunnerContext runner)
{
    private const int MaxLetters = 500;
    private const long MaxBytes = 1_000_000;
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    /// <summary>How long a send that is under way may go on when the program stops.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly DiskTrouble _disk = new(SinkHealth.Part.DeadLetters, "dead letters cannot be read or written", runner);

    /// <summary>Sends what is marked, as it comes, until <paramref name="stop"/>.</summary>
    /// <exception cref="OperationCanceledException">Given up; what was not settled stays marked.</exception>
    public async Task RunAsync(CancellationToken stop, CancellationToken abandon)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(abandon);
        using var farewell = new CancellationTokenSource(Timeout.InfiniteTimeSpan, runner.Time);
        await using var onFarewell = farewell.Token.Register(giveUp.Cancel);
        await using var onStop = stop.Register(() => farewell.CancelAfter(Farewell));
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (!await SendSomeAsync(giveUp.Token)) await Task.Delay(Pace, runner.Time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                _disk.Over();
            }
            catch (IOException e)
            {
                await _disk.WaitOutAsync(e, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (farewell.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Sends everything that is marked.</summary>
    /// <exception cref="IOException">The store failed.</exception>
    public async Task DrainAsync(CancellationToken abandon)
    {
        while (await SendSomeAsync(abandon))
        {
        }
    }

    private async Task<bool> SendSomeAsync(CancellationToken abandon)
    {
        var letters = Take();
        if (letters.Count == 0) return false;
        var (refused, builder) = (new List<(long Id, string Reason, string? Code)>(), new BatchBuilder(MaxBytes, MaxLetters));
        await using (builder)
        {
            foreach (var (sequence, stored) in letters)
            {
                if (Encode(stored.Letter) is { } encoded) builder.Add(new(sequence, stored.AddedAt.ToUnixTimeMilliseconds(), encoded));
                else refused.Add((stored.Id, $"{stored.Letter.Reason}; it cannot be replayed: it was kept by an older version, or is no record of the journal", stored.Letter.Code));
            }

            if (builder.Count > 0) await SendAsync(builder, letters, refused, abandon);
        }

        var left = refused.Select(r => r.Id).ToHashSet();
        var gone = letters.Values.Select(l => l.Id).Where(id => !left.Contains(id)).ToArray();
        if (gone.Length > 0) store.Remove(gone);
        if (refused.Count > 0) store.Refuse(refused);
        Log.Replayed(runner.Logger, runner.Sink, gone.Length, refused.Count);
        return true;
    }

    private async Task SendAsync(
        BatchBuilder builder, Dictionary<long, StoredDeadLetter> letters, List<(long Id, string Reason, string? Code)> refused, CancellationToken abandon)
    {
        await using var batch = builder.Build(new InFlightWindow.Slot(0, 0));
        var sender = new BatchSender(sink, Refuse, sends, runner);
        await sender.SendAsync(batch, abandon);

        void Refuse(IReadOnlyCollection<DeadLetter> again)
        {
            foreach (var letter in again)
            {
                var stored = letters[letter.Sequence!.Value];
                refused.Add((stored.Id, stored.Letter.Component == runner.Sink ? letter.Reason : $"{runner.Sink}: {letter.Reason}", letter.Code));
            }
        }
    }

    /// <summary>Letters for one batch, by sequence. Two with the same one (of two sinks) go one after the other.</summary>
    private Dictionary<long, StoredDeadLetter> Take()
    {
        var (taken, bytes) = (new Dictionary<long, StoredDeadLetter>(), 0L);
        foreach (var stored in store.Requested(runner.Sink, Math.Min(MaxLetters, runner.Settings.BatchMaxEvents)))
        {
            bytes += stored.Letter.Bytes.Length;
            if (taken.Count > 0 && bytes > Math.Min(MaxBytes, runner.Settings.BatchMaxBytes)) break;
            if (!taken.TryAdd(stored.Letter.Sequence ?? -stored.Id, stored)) break;
        }

        return taken;
    }

    private static byte[]? Encode(DeadLetter letter) =>
        letter is { AtIntake: false, Sequence: not null, Header: { } header } ? [.. header, .. letter.Bytes] : null;

    private static partial class Log
    {
        [LoggerMessage(EventId = 321, Level = LogLevel.Information, Message = "{Sink}: {Replayed} dead letters delivered, {Refused} refused again")]
        public static partial void Replayed(ILogger logger, string sink, int replayed, int refused);
    }
}
