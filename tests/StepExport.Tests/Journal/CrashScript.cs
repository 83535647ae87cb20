using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using StepExport.Core.Journal;
using StepExport.Testing.Journal;

namespace StepExport.Tests.Journal;

/// <summary>A fixed run of the journal, and a plain list as its model of what has to be there afterwards.</summary>
internal sealed class CrashScript
{
    public const string Source = "files";
    private const int Steps = 14;

    private static readonly JournalSettings Settings = new() { Directory = "/journal", SegmentSize = 700, MaxSize = 1_000_000 };

    private readonly List<Submission> _submitted = [];
    private readonly List<string> _bodies = [];

    /// <summary>Record counts after each submission: the only places where the journal may end.</summary>
    private readonly List<int> _boundaries = [0];

    private int _acknowledged;
    private long _committing;
    private long _committed;
    private readonly List<long> _marked = [];
    private long? _marking;

    public static SegmentJournal Open(IJournalStorage storage) =>
        SegmentJournal.Open(Settings, storage, new ImpatientTime(), NullLoggerFactory.Instance);

    public async Task RunUntilPowerLossAsync(FaultyStorage storage)
    {
        try
        {
            await RunAsync(storage);
        }
        catch (Exception e) when (e is PowerLossException or IOException { InnerException: PowerLossException })
        {
        }
    }

    /// <summary>Runs to the end. An error of the disk must not stop it.</summary>
    public async Task RunAsync(FaultyStorage storage)
    {
        var journal = Retry(() => Open(storage));
        try
        {
            using var splunk = Retry(() => journal.OpenReader("splunk"));
            using var file = Retry(() => journal.OpenReader("file"));
            for (var step = 0; step < Steps; step++)
            {
                // Every third step three submissions at once: they may share a group.
                var batch = Enumerable.Range(0, step % 3 == 2 ? 3 : 1).Select(_ => Next()).ToArray();
                var appends = batch.Select(submission => journal.AppendAsync(submission, default).AsTask()).ToArray();
                foreach (var append in appends)
                {
                    await append;
                    _acknowledged++;
                }

                if (step % 4 != 3) continue;
                Consume(splunk, behind: 1, cuts: true);
                Consume(file, behind: 0);
            }
        }
        finally
        {
            await journal.DisposeAsync();
        }
    }

    /// <summary>Everything acknowledged is there, in order, without a gap, and checkpoint and cursor fit to it; and the journal goes on.</summary>
    public async Task VerifyAsync(FaultyStorage storage, long atLeast = 0)
    {
        await using var journal = Open(storage);
        using var audit = journal.OpenReader("audit");
        var read = audit.ReadAll();
        var end = (int)journal.DurableSequence;
        Assert.Contains(end, _boundaries);
        Assert.True(end >= atLeast, $"{atLeast} records were found before, {end} are left");
        Assert.True(end >= _boundaries[_acknowledged], $"{_boundaries[_acknowledged]} records were acknowledged, {end} are left");
        var first = read.Count > 0 ? read[0].Sequence : end + 1;
        Assert.True(first <= _committing + 1, $"records before {first} are gone, and the sinks were at {_committing}");
        Assert.Equal(Enumerable.Range((int)first, end + 1 - (int)first).Select(i => ((long)i, _bodies[i - 1])), read);

        // The checkpoint is the one of a submission that ends where the records end.
        var checkpoint = journal.Checkpoint(Source) is { } bytes ? Encoding.UTF8.GetString(bytes) : "0/0";
        Assert.EndsWith($"/{end}", checkpoint, StringComparison.Ordinal);
        Assert.True(int.Parse(checkpoint.Split('/')[0], CultureInfo.InvariantCulture) >= _acknowledged);

        using var splunk = journal.OpenReader("splunk");
        Assert.InRange(splunk.Cursor, _committed, _committing);
        var marked = _marked.Where(cut => cut > splunk.Cursor).ToArray();
        if (splunk.Cuts.Count > marked.Length) Assert.Equal(marked.Append(_marking!.Value), splunk.Cuts);
        else Assert.Equal(marked, splunk.Cuts);
        await journal.AppendAsync(Submissions.Of("after"), default);
        Assert.Equal([(end + 1, "after")], audit.ReadAll());
        Assert.Equal(0, journal.Damages);
    }

    private Submission Next()
    {
        var number = _submitted.Count + 1;
        // Some without records: a checkpoint alone has to be as safe.
        var bodies = Enumerable.Range(0, number % 5 == 0 ? 0 : number % 4 + 1)
            .Select(i => string.Create(CultureInfo.InvariantCulture, $"{number}.{i}") + new string('x', number * 7)).ToArray();
        _bodies.AddRange(bodies);
        var submission = Submissions.Of(bodies, Source, $"{number}/{_bodies.Count}");
        _submitted.Add(submission);
        _boundaries.Add(_bodies.Count);
        return submission;
    }

    /// <summary>With cuts: one that the cursor passes at once, and one that stays until the next time.</summary>
    private void Consume(JournalReader reader, int behind, bool cuts = false)
    {
        var read = reader.ReadAll();
        var to = read[^1].Sequence - behind;
        foreach (var cut in cuts ? [read[1].Sequence, to, to + behind] : Array.Empty<long>()) Mark(reader, cut);
        if (behind > 0) _committing = to;
        Retry(() =>
        {
            reader.Commit(to);
            return true;
        });
        if (behind > 0) _committed = to;
    }

    private void Mark(JournalReader reader, long cut)
    {
        _marking = cut;
        var before = reader.Cuts.ToArray();
        Retry(() =>
        {
            Assert.Equal(before, reader.Cuts);
            reader.MarkCut(cut);
            return true;
        });
        Assert.Equal([.. before, cut], reader.Cuts);
        _marked.Add(cut);
        _marking = null;
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
