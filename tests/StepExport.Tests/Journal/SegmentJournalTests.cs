using Microsoft.Extensions.Logging.Abstractions;
using StepExport.Core.Journal;
using StepExport.Testing.Journal;

namespace StepExport.Tests.Journal;

/// <summary>The journal on the real file system.</summary>
public sealed class SegmentJournalTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("journal-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task What_was_appended_is_read_in_order_after_reopening()
    {
        await using (var journal = Open())
        {
            await journal.AppendAsync(Submissions.Of("a", "b"), Cancel);
            await journal.AppendAsync(Submissions.Of(["c"], "files", "offset 3"), Cancel);
            Assert.Equal(3, journal.DurableSequence);
        }

        await using var again = Open();
        using var reader = again.OpenReader("splunk");
        Assert.Equal([(1, "a"), (2, "b"), (3, "c")], reader.ReadAll());
        Assert.Equal("offset 3"u8.ToArray(), again.Checkpoint("files"));
        Assert.Empty(again.Recovery);
        Assert.Equal(3, again.DurableSequence);
    }

    [Fact]
    public async Task A_reader_begins_behind_its_committed_cursor()
    {
        await using (var journal = Open())
        {
            using var reader = journal.OpenReader("splunk");
            await journal.AppendAsync(Submissions.Of("a", "b", "c"), Cancel);
            reader.ReadAll();
            reader.Commit(2);
            reader.Commit(1);
            Assert.Equal(2, reader.Cursor);
        }

        await using var again = Open();
        using var splunk = again.OpenReader("splunk");
        using var other = again.OpenReader("file");
        Assert.Equal([(3, "c")], splunk.ReadAll());
        Assert.Equal(3, other.ReadAll().Count);
        Assert.Throws<InvalidOperationException>(() => again.OpenReader("file"));
    }

    [Fact]
    public async Task A_waiting_reader_wakes_when_a_record_is_durable()
    {
        await using var journal = Open();
        using var reader = journal.OpenReader("splunk");
        Assert.False(reader.TryRead(out _));
        var waiting = reader.WaitAsync(Cancel).AsTask();
        await journal.AppendAsync(Submissions.Of([], "files", "a checkpoint alone wakes nobody"), Cancel);
        Assert.False(waiting.IsCompleted);
        await journal.AppendAsync(Submissions.Of("a"), Cancel);
        await waiting;
        Assert.Equal([(1, "a")], reader.ReadAll());
    }

    private SegmentJournal Open() =>
        SegmentJournal.Open(new() { Directory = _directory }, new FileJournalStorage(), TimeProvider.System, NullLoggerFactory.Instance);
}
