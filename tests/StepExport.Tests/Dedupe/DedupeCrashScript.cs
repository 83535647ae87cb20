using Microsoft.Extensions.Logging.Abstractions;
using StepExport.Core.Dedupe;
using StepExport.Core.Journal;
using StepExport.Testing.Dedupe;
using StepExport.Testing.Journal;

namespace StepExport.Tests.Dedupe;

/// <summary>A fixed run in which sources say everything at least twice, and its model: what was said, and what was acknowledged.</summary>
internal sealed class DedupeCrashScript(int seed) : IDisposable
{
    private const int Steps = 12;
    private static readonly JournalSettings Settings = new() { Directory = "/journal", SegmentSize = 900, MaxSize = 1_000_000 };
    private static readonly DedupeSettings Memory = new() { Path = "" };

    private readonly Random _random = new(seed);

    /// <summary>Of its own: the store is written by another task, and a shared one would break.</summary>
    private readonly Random _troubleOfTheStore = new(seed);
    private readonly HashSet<string> _said = [];
    private readonly HashSet<string> _acknowledged = [];

    /// <summary>Everything that the sink has ever read. A sequence stands for one record for ever.</summary>
    private readonly SortedDictionary<long, string> _read = [];

    private readonly MemorySeenStore _store = new();

    public async Task RunUntilPowerLossAsync(FaultyStorage disk)
    {
        try
        {
            await RunAsync(disk);
        }
        catch (Exception e) when (e.GetBaseException() is PowerLossException)
        {
        }
    }

    public async Task RunAsync(FaultyStorage disk)
    {
        _store.BeforeWrite = () =>
        {
            if (_troubleOfTheStore.Next(3) == 0) throw new IOException("database or disk is full");
        };
        var journal = Retry(() => Open(disk));
        try
        {
            using var sink = Retry(() => journal.OpenReader("sink"));
            for (var step = 0; step < Steps; step++)
            {
                // Some of it is new, some was said in the step before, some at the same time by somebody else.
                string[][] submissions = [Say(step), Say(step), Say(step - 1)];
                var appends = submissions.Select(bodies => journal.AppendAsync(Submissions.Of(bodies, "files", $"{step}"), default).AsTask()).ToArray();
                foreach (var (append, bodies) in appends.Zip(submissions))
                {
                    await append;
                    _acknowledged.UnionWith(bodies);
                }

                if (step % 3 != 2) continue;
                Read(sink);
                Retry(() => Commit(sink));
            }
        }
        finally
        {
            await journal.DisposeAsync();
        }
    }

    /// <summary>After the sources have said everything once more, each record is there, and those that dedupe could know are there once.</summary>
    /// <param name="disk">What the crash has left.</param>
    /// <param name="storeDeleted">The store is gone; the journal's records are known, and no others.</param>
    public async Task VerifyAsync(FaultyStorage disk, bool storeDeleted)
    {
        _store.BeforeWrite = () => { };
        if (storeDeleted) _store.Clear();
        await using var journal = Open(disk);
        string[] held;
        using (var audit = journal.OpenReader("audit")) held = [.. audit.ReadAll().Select(record => record.Body)];
        using var sink = journal.OpenReader("sink");
        Read(sink);
        Assert.Empty(_acknowledged.Except(_read.Values));

        var before = _read.Count;
        foreach (var bodies in _said.Order(StringComparer.Ordinal).Chunk(7)) await journal.AppendAsync(Submissions.Of(bodies), default);
        Read(sink);
        Assert.Equal(Enumerable.Range(1, _read.Count).Select(i => (long)i), _read.Keys);
        var times = _read.Values.CountBy(body => body).ToDictionary();
        Assert.Equal(_said.Order(), times.Keys.Order());
        Assert.All(times, body => Assert.True(body.Value == 1 || (storeDeleted && !held.Contains(body.Key)), $"{body.Key}: {body.Value} times, {before} before"));
    }

    public void Dispose() => _store.Dispose();

    private SegmentJournal Open(FaultyStorage disk)
    {
        var time = new ImpatientTime();
        return SegmentJournal.Open(Settings, disk, time, NullLoggerFactory.Instance, new(Memory, _store, time, NullLogger.Instance));
    }

    /// <summary>Ten things are said in a step; a submission says some of them, one twice.</summary>
    private string[] Say(int step)
    {
        string[] bodies = [.. Enumerable.Range(0, 4).Select(_ => $"{Math.Max(step, 0)}.{_random.Next(10)}".PadRight(30, '.'))];
        _said.UnionWith(bodies);
        return [.. bodies, bodies[0]];
    }

    private void Read(JournalReader sink)
    {
        foreach (var (sequence, body) in sink.ReadAll())
        {
            if (!_read.TryAdd(sequence, body)) Assert.Equal(_read[sequence], body);
        }
    }

    private static bool Commit(JournalReader sink)
    {
        sink.Commit(sink.Next - 2);
        return true;
    }

    private static T Retry<T>(Func<T> operation)
    {
        try
        {
            return operation();
        }
        catch (IOException)
        {
            return operation();
        }
    }
}
