using StepExport.Core.Journal;
using StepExport.Testing.Journal;
using static StepExport.Tests.Journal.JournalOnDisk;

namespace StepExport.Tests.Journal;

/// <summary>A fixed run in which a sink is added with <c>from: now</c>, and another one is removed, comes back in time, is removed again and
/// comes back too late; with a model of what each of them has to find afterwards.</summary>
internal sealed class SinkLifeScript
{
    private const string Bus = "bus", Late = "late", Splunk = "splunk";

    private readonly Dictionary<string, (long Committed, long Committing)> _cursors = [];
    private int _submitted;
    private int _acknowledged;
    private long? _lateFrom;

    public async Task RunUntilPowerLossAsync(FaultyStorage disk)
    {
        try
        {
            await RunAsync(disk);
        }
        catch (Exception e) when (e is PowerLossException or IOException { InnerException: PowerLossException })
        {
        }
    }

    /// <summary>Runs to the end. An error of the disk must not stop it.</summary>
    public async Task RunAsync(FaultyStorage disk)
    {
        await using (var journal = Retry(() => JournalOnDisk.Open(disk)))
        {
            using var bus = Retry(() => journal.OpenReader(Bus));
            var splunk = Retry(() => journal.OpenReader(Splunk));
            await AppendAsync(journal, 4);
            Commit(splunk, Splunk, 1);
            _lateFrom = journal.DurableSequence;
            using var late = Retry(() => journal.OpenReader(Late, StartFrom.Now));
            _cursors[Late] = (4, 4);
            splunk.Dispose();
            journal.Retire([Bus, Late]);
            await AppendAsync(journal, 4);
            Commit(bus, Bus, 8);
            Commit(late, Late, 8);
            using var back = Retry(() => journal.OpenReader(Splunk));
            Assert.Equal([2, 3, 4, 5, 6, 7, 8], back.Numbers());
            Commit(back, Splunk, 3);
        }

        await using var again = Retry(() => JournalOnDisk.Open(disk, holdRemoved: TimeSpan.Zero));
        using var lastBus = Retry(() => again.OpenReader(Bus));
        using var lastLate = Retry(() => again.OpenReader(Late));
        // From here on what splunk has not read may go.
        _cursors[Splunk] = (3, 10);
        again.Retire([Bus, Late]);
        await AppendAsync(again, 2);
        Commit(lastBus, Bus, 10);
        Commit(lastLate, Late, 10);
        using var tooLate = Retry(() => again.OpenReader(Splunk));
        Assert.Equal(10, tooLate.Numbers()[^1]);
    }

    /// <summary>Every sink is where it was, finds all that comes behind that, and goes on.</summary>
    public async Task VerifyAsync(FaultyStorage disk)
    {
        await using var journal = JournalOnDisk.Open(disk);
        var end = (int)journal.DurableSequence;
        Assert.InRange(end, _acknowledged, _submitted);
        foreach (var sink in (string[])[Bus, Splunk, Late])
        {
            // Asked for the other way round now: what was decided once is not decided again.
            var isNew = !disk.Files.Contains(CursorName.FileName(sink));
            using var reader = journal.OpenReader(sink, sink == Late ? StartFrom.Oldest : StartFrom.Now);
            if (_cursors.TryGetValue(sink, out var known))
            {
                Assert.False(isNew, $"{sink} has lost its cursor");
                Assert.InRange(reader.Cursor, known.Committed, known.Committing);
            }
            else if (!isNew)
            {
                Assert.Equal(sink == Late ? _lateFrom : 0, reader.Cursor);
            }

            Assert.Equal(Enumerable.Range((int)reader.Cursor + 1, end - (int)reader.Cursor), reader.Numbers());
            await journal.AppendAsync(Numbered(++end), default);
            Assert.Equal([end], reader.Numbers());
        }

        Assert.Equal(0, journal.Damages);
    }

    private async Task AppendAsync(SegmentJournal journal, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await journal.AppendAsync(Numbered(++_submitted), default);
            _acknowledged++;
        }
    }

    private void Commit(JournalReader reader, string sink, long sequence)
    {
        reader.ReadAll();
        var before = _cursors.GetValueOrDefault(sink).Committed;
        _cursors[sink] = (before, sequence);
        Retry(() =>
        {
            reader.Commit(sequence);
            return true;
        });
        _cursors[sink] = (sequence, sequence);
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
