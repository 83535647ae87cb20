using StepExport.Testing.Journal;
using static StepExport.Tests.Journal.JournalOnDisk;

namespace StepExport.Tests.Journal;

/// <summary>A disk that fails for a while: nothing is said to be durable that is not, and nothing is lost.</summary>
public sealed class JournalDiskFailureTests
{
    private readonly FaultyStorage _disk = new();
    private readonly AwaitedTime _time = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_disk_makes_appends_wait_until_there_is_room()
    {
        await using var journal = Open(_disk, time: _time);
        using var reader = journal.OpenReader("splunk");
        await journal.AppendAsync(Numbered(1), Cancel);
        Fail(StorageOperation.Write, StorageFault.DiskFull);
        var append = journal.AppendAsync(Numbered(2), Cancel).AsTask();
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            await _time.TimerCreatedAsync(Cancel);
            Assert.Contains("no space left", journal.Trouble, StringComparison.Ordinal);
            Assert.False(append.IsCompleted);
            Assert.Equal(1, journal.DurableSequence);
            if (attempt == 3) Heal();
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        await append;
        Assert.Null(journal.Trouble);
        Assert.Equal([1, 2], reader.Numbers());
        Assert.Single(_disk.Segments());
    }

    [Fact]
    public async Task What_a_full_disk_left_half_written_is_taken_back()
    {
        await using (var journal = Open(_disk, segmentSize: 100_000, time: _time))
        {
            await journal.AppendAsync(Numbered(1), Cancel);
            Fail(StorageOperation.Write, StorageFault.DiskFull);
            using var impatience = new CancellationTokenSource();
            var given = journal.AppendAsync(Submissions.Of(new string('x', 50_000)), impatience.Token).AsTask();
            await _time.TimerCreatedAsync(Cancel);
            await impatience.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
            Heal();
            _time.Advance(TimeSpan.FromSeconds(1));
            await journal.AppendAsync(Numbered(2), Cancel);
        }

        await using var again = Open(_disk);
        using var reader = again.OpenReader("splunk");
        Assert.Equal([1, 2], reader.Numbers());
        Assert.Empty(again.Recovery);
    }

    [Theory]
    [InlineData(StorageOperation.Sync)]
    [InlineData(StorageOperation.Write)]
    internal async Task After_an_error_the_segment_is_sealed_and_the_group_written_anew(StorageOperation operation)
    {
        await using (var journal = Open(_disk, segmentSize: 100_000, time: _time))
        {
            await journal.AppendAsync(Numbered(1), Cancel);
            Fail(operation, StorageFault.IoError);
            var append = journal.AppendAsync(Numbered(2), Cancel).AsTask();
            await _time.TimerCreatedAsync(Cancel);
            Assert.False(append.IsCompleted);
            Heal();
            _time.Advance(TimeSpan.FromSeconds(1));
            await append;
            Assert.Equal(2, _disk.Segments().Length);
        }

        await using var again = Open(_disk.AfterPowerLoss());
        using var reader = again.OpenReader("splunk");
        Assert.Equal([1, 2], reader.Numbers());
        Assert.Equal(0, again.Damages);
    }

    [Fact]
    public async Task What_a_failed_fsync_left_behind_is_passed_over_even_when_it_cannot_be_cut()
    {
        await using (var journal = Open(_disk, segmentSize: 100_000, time: _time))
        {
            await journal.AppendAsync(Numbered(1), Cancel);
            _disk.Inject = (_, operation, _) =>
                operation is StorageOperation.Sync or StorageOperation.Truncate ? StorageFault.IoError : StorageFault.None;
            using var impatience = new CancellationTokenSource();
            var given = journal.AppendAsync(Submissions.Of([Body(2)], "files", "2"), impatience.Token).AsTask();
            await _time.TimerCreatedAsync(Cancel);
            await impatience.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
            Heal();
            _time.Advance(TimeSpan.FromSeconds(1));
            await journal.AppendAsync(Numbered(3), Cancel);
        }

        await using (var again = Open(_disk))
        {
            using var reader = again.OpenReader("splunk");
            Assert.Equal([1, 3], reader.Numbers());
            Assert.Null(again.Checkpoint("files"));
            Assert.Equal(2, again.DurableSequence);
            Assert.Equal(0, again.Damages);
        }

        // Without the last snapshot the checkpoints come out of the sealed segment: only as far as it counts.
        _disk.Damage(_disk.Segments()[^1], bytes =>
        {
            bytes[20] ^= 1;
            return bytes;
        });
        await using var damaged = Open(_disk);
        Assert.Null(damaged.Checkpoint("files"));
        Assert.Equal(2, damaged.DurableSequence);
    }

    [Fact]
    public async Task Who_gives_up_during_a_write_that_fails_is_let_go()
    {
        await using var journal = Open(_disk, time: _time);
        using var impatience = new CancellationTokenSource();
        _disk.Inject = (_, operation, _) =>
        {
            if (operation != StorageOperation.Write) return StorageFault.None;
            impatience.Cancel();
            return StorageFault.DiskFull;
        };
        var append = journal.AppendAsync(Numbered(1), impatience.Token).AsTask();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => append);
        Assert.Equal(0, journal.DurableSequence);
    }

    [Fact]
    public async Task Closing_while_the_disk_fails_tells_those_who_wait()
    {
        var journal = Open(_disk, time: _time);
        Fail(StorageOperation.Write, StorageFault.DiskFull);
        var append = journal.AppendAsync(Numbered(1), Cancel).AsTask();
        await _time.TimerCreatedAsync(Cancel);
        await journal.DisposeAsync();
        await Assert.ThrowsAsync<IOException>(() => append);
    }

    [Fact]
    public async Task A_cursor_that_cannot_be_written_stays_where_it_was()
    {
        await using (var journal = Open(_disk))
        {
            using var reader = journal.OpenReader("splunk");
            for (var i = 1; i <= 3; i++) await journal.AppendAsync(Numbered(i), Cancel);
            reader.Commit(1);
            Fail(StorageOperation.Sync, StorageFault.IoError);
            for (var attempt = 0; attempt < 3; attempt++) Assert.Throws<IOException>(() => reader.Commit(2));
            Assert.Equal(1, reader.Cursor);
        }

        await using var again = Open(_disk.AfterPowerLoss());
        using var splunk = again.OpenReader("splunk");
        Assert.InRange(splunk.Cursor, 1, 2);
    }

    [Fact]
    public async Task A_read_error_is_reported_and_skips_nothing()
    {
        var disk = await SixRecordsAsync();
        await using var journal = Open(disk);
        using var reader = journal.OpenReader("splunk");
        var reads = 0;
        disk.BeforeRead = () =>
        {
            if (reads++ % 2 == 0) throw new IOException("input/output error");
        };
        var numbers = new List<string>();
        while (numbers.Count < 6)
        {
            try
            {
                while (reader.TryRead(out var record)) numbers.Add(record.Text().TrimEnd('.'));
            }
            catch (IOException)
            {
            }
        }

        Assert.Equal(["1", "2", "3", "4", "5", "6"], numbers);
        Assert.True(reads > 3);
        Assert.Equal(0, journal.Damages);
    }

    [Fact]
    public async Task A_segment_that_was_sealed_empty_and_deleted_does_not_hold_its_readers()
    {
        await using var journal = Open(_disk, segmentSize: 100_000);
        using var reader = journal.OpenReader("splunk");
        await journal.AppendAsync(Numbered(1), Cancel);
        Assert.Equal([1], reader.Numbers());
        var syncs = 0;
        _disk.Inject = (_, operation, _) =>
        {
            // The append to the first segment, and, when the second one has been created, the same there.
            return operation == StorageOperation.Sync && ++syncs is 1 or 3 ? StorageFault.IoError : StorageFault.None;
        };
        await journal.AppendAsync(Numbered(2), Cancel);
        Assert.Equal(3, _disk.Segments().Length);

        reader.Commit(1);

        Assert.Single(_disk.Segments());
        Assert.Equal([2], reader.Numbers());
    }

    private void Fail(StorageOperation which, StorageFault how) =>
        _disk.Inject = (_, operation, _) => operation == which ? how : StorageFault.None;

    private void Heal() => _disk.Inject = (_, _, _) => StorageFault.None;
}
