using System.Text;
using StepExport.Testing.Journal;

namespace StepExport.Tests.Dedupe;

/// <summary>What becomes of records that come again, through the journal's own way in.</summary>
public sealed class DedupeTests
{
    [Fact]
    public async Task What_was_taken_before_is_cut_out_and_counted()
    {
        await using var rig = new DedupeRig();
        Assert.Equal(0, await rig.AppendAsync("a", "b", "c"));
        Assert.Equal(2, await rig.AppendAsync("b", "d", "a", "e"));
        Assert.Equal(["a", "b", "c", "d", "e"], rig.Written());
        Assert.Equal(5, rig.Journal.DurableSequence);
        Assert.Equal(5, rig.Dedupe.Status.Keys);
    }

    [Fact]
    public async Task Of_duplicates_in_one_submission_the_first_stays()
    {
        await using var rig = new DedupeRig();
        Assert.Equal(3, await rig.AppendAsync("a", "b", "a", "a", "c", "b"));
        Assert.Equal(["a", "b", "c"], rig.Written());
    }

    [Fact]
    public async Task The_submission_holds_what_was_written()
    {
        await using var rig = new DedupeRig();
        await rig.AppendAsync("a");
        using var submission = Submissions.Of("a", "b");
        await rig.Journal.AppendAsync(submission, DedupeRig.Cancel);
        Assert.Equal(1, submission.Count);
    }

    [Fact]
    public async Task Nothing_but_duplicates_writes_no_frame_and_answers()
    {
        await using var rig = new DedupeRig();
        await rig.AppendAsync("a", "b");
        var (bytes, operations) = (rig.Journal.Bytes, rig.Disk.Operations);
        Assert.Equal(2, await rig.AppendAsync("b", "a"));
        Assert.Equal((bytes, operations), (rig.Journal.Bytes, rig.Disk.Operations));
    }

    [Fact]
    public async Task A_checkpoint_becomes_durable_although_all_its_records_are_duplicates()
    {
        await using var rig = new DedupeRig();
        await rig.AppendAsync("a");
        Assert.Equal(1, await rig.Journal.AppendAsync(Submissions.Of(["a"], "files", "7"), DedupeRig.Cancel));
        await rig.RestartAsync();
        Assert.Equal("7", Encoding.UTF8.GetString(rig.Journal.Checkpoint("files")!));
        Assert.Equal(["a"], rig.Written());
    }
}
