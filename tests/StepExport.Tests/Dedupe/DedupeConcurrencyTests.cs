using StepExport.Testing;
using StepExport.Testing.Journal;

namespace StepExport.Tests.Dedupe;

/// <summary>The same detection on several ways in at once, with the disk in the way.</summary>
public sealed class DedupeConcurrencyTests
{
    [Fact]
    public async Task Both_of_two_at_once_are_answered_when_the_one_record_is_durable()
    {
        await using var rig = new DedupeRig();
        using var disk = new ManualResetEventSlim();
        rig.Disk.Inject = (_, operation, _) =>
        {
            if (operation == StorageOperation.Sync) disk.Wait(DedupeRig.Cancel);
            return StorageFault.None;
        };
        var first = rig.AppendAsync("a", "b");
        var second = rig.AppendAsync("a");
        Assert.False(first.IsCompleted);
        Assert.False(second.IsCompleted);
        disk.Set();
        Assert.Equal((0, 1), (await first, await second));
        Assert.Equal(["a", "b"], rig.Written());
    }

    [Fact]
    public async Task The_second_is_stored_when_the_first_is_given_up_while_the_disk_fails()
    {
        await using var rig = new DedupeRig();
        rig.Disk.Inject = (_, operation, _) => operation == StorageOperation.Write ? StorageFault.IoError : StorageFault.None;
        using var impatience = new CancellationTokenSource();
        var first = rig.Journal.AppendAsync(Submissions.Of("a", "b"), impatience.Token).AsTask();
        await rig.Until(() => rig.Journal.Trouble is not null);
        var second = rig.AppendAsync("a");
        // Cancelling works only between two attempts; it is asked for, and takes effect when the writer puts the first one back.
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        rig.Disk.Inject = (_, _, _) => StorageFault.None;
        await rig.Until(() => second.IsCompleted);
        Assert.Equal(0, await second);
        Assert.Equal(["a"], rig.Written());
        Assert.Equal(0, await rig.AppendAsync("b"));
    }

    [Fact]
    public async Task Of_two_that_wait_together_the_second_waits_for_the_firsts_fate()
    {
        await using var rig = new DedupeRig();
        using var disk = new ManualResetEventSlim();
        var busy = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var syncs = 0;
        rig.Disk.Inject = (_, operation, _) =>
        {
            // The segment's start and the earlier submission are written; from then on the disk fails.
            if (operation == StorageOperation.Write && syncs >= 2) return StorageFault.IoError;
            if (operation != StorageOperation.Sync) return StorageFault.None;
            syncs++;
            busy.TrySetResult();
            disk.Wait(DedupeRig.Cancel);
            return StorageFault.None;
        };

        // While the writer is busy, two come: both are there when it gathers the next group.
        var earlier = rig.AppendAsync("z");
        await busy.Task;
        using var impatience = new CancellationTokenSource();
        var first = rig.Journal.AppendAsync(Submissions.Of("a", "b"), impatience.Token).AsTask();
        var second = rig.AppendAsync("a");
        disk.Set();
        await earlier;
        await rig.Until(() => rig.Journal.Trouble is not null);
        Assert.False(second.IsCompleted);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        rig.Disk.Inject = (_, _, _) => StorageFault.None;
        await rig.Until(() => second.IsCompleted);
        Assert.Equal(0, await second);
        Assert.Equal(["z", "a"], rig.Written());
    }

    [Fact]
    public async Task What_was_cut_before_a_failure_stays_cut_after_it()
    {
        await using var rig = new DedupeRig();
        await rig.AppendAsync("a");
        rig.Disk.Inject = (_, operation, _) => operation == StorageOperation.Sync ? StorageFault.IoError : StorageFault.None;
        var append = rig.AppendAsync("a", "b", "b", "c");
        await rig.Until(() => rig.Journal.Trouble is not null);
        rig.Disk.Inject = (_, _, _) => StorageFault.None;
        await rig.Until(() => append.IsCompleted);
        Assert.Equal(2, await append);
        Assert.Equal(["a", "b", "c"], rig.Written());
    }

    [Fact]
    public async Task Many_ways_in_write_each_record_once()
    {
        const int Ways = 6, Each = 100;
        await using var rig = new DedupeRig();
        var appends = Task.WhenAll(Enumerable.Range(0, Ways).Select(way => Task.Run(
            async () =>
            {
                var count = 0;
                // Everybody has the same, each in an order of their own, in pairs that overlap.
                var random = new Random(way);
                foreach (var number in Enumerable.Range(0, Each).OrderBy(_ => random.Next()))
                    count += await rig.AppendAsync($"{number}", $"{(number + 1) % Each}");
                return count;
            },
            DedupeRig.Cancel)));
        await rig.Until(() => appends.IsCompleted);
        var duplicates = await appends;
        Assert.Equal(Enumerable.Range(0, Each).Select(i => $"{i}").Order(), rig.Written().Order());
        Assert.Equal((Ways * Each * 2) - Each, duplicates.Sum());
    }

    /// <summary>A group that has become empty is no sign of a full journal, whatever comes while it is gathered.</summary>
    [Fact]
    public async Task Nothing_but_duplicates_never_waits_for_room()
    {
        const int Each = 20_000;
        await using var rig = new DedupeRig();
        await rig.AppendAsync("a");
        var appends = Enumerable.Range(0, 2).Select(_ => Task.Run(
            async () =>
            {
                for (var i = 0; i < Each; i++) Assert.Equal(1, await rig.AppendAsync("a"));
            },
            DedupeRig.Cancel));
        await Task.WhenAll(appends).WaitAsync(Hangs.After, DedupeRig.Cancel);
        Assert.False(rig.Journal.IsFull);
        Assert.Equal(["a"], rig.Written());
    }

    [Fact]
    public async Task Closing_tells_who_waits_behind_the_same_record()
    {
        var rig = new DedupeRig();
        rig.Disk.Inject = (_, operation, _) => operation == StorageOperation.Write ? StorageFault.IoError : StorageFault.None;
        var first = rig.AppendAsync("a");
        await rig.Until(() => rig.Journal.Trouble is not null);
        var second = rig.AppendAsync("a");
        await rig.DisposeAsync();
        await Assert.ThrowsAsync<IOException>(() => first);
        await Assert.ThrowsAsync<IOException>(() => second);
    }
}
