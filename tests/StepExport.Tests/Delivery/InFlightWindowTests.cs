using FsCheck;
using FsCheck.Fluent;
using StepExport.Core.Delivery;
using StepExport.Core.Telemetry;

namespace StepExport.Tests.Delivery;

public sealed class InFlightWindowTests
{
    [Fact]
    public void Commits_the_contiguous_prefix_only()
    {
        var window = new InFlightWindow(100);
        var first = window.Open(101, 1);
        var second = window.Open(102, 2);
        var third = window.Open(103, 3);

        Assert.False(window.Complete(second));
        Assert.Equal(100, window.Committable);
        Assert.True(window.Complete(first));
        Assert.Equal(102, window.Committable);
        Assert.True(window.Complete(third));
        Assert.Equal(103, window.Committable);
    }

    [Fact]
    public void Records_that_the_filter_refuses_do_not_hold_the_cursor()
    {
        var window = new InFlightWindow(0);
        window.Cover(5);
        Assert.Equal(5, window.Committable);

        var slot = window.Open(6, 1);
        window.Cover(9);
        Assert.Equal(5, window.Committable);
        window.Complete(slot);
        Assert.Equal(9, window.Committable);
    }

    [Fact]
    public void Shows_the_oldest_record_that_is_not_done_with()
    {
        var metrics = new SinkMetrics("sink", TimeProvider.System);
        var window = new InFlightWindow(0);
        var (first, second) = (window.Open(1, 1000), window.Open(2, 2000));
        Assert.Equal(1000, Oldest());
        window.Complete(second);
        Assert.Equal(1000, Oldest());
        window.Complete(first);
        Assert.Equal(0, Oldest());

        long Oldest()
        {
            window.ShowOldest(metrics);
            return metrics.OldestUndeliveredMs;
        }
    }

    /// <summary>The model: every sequence is either done or not; the cursor may stand before the first that is not.</summary>
    [Fact]
    public void Agrees_with_the_model_whatever_the_order()
    {
        Prop.ForAll<byte[]>(operations =>
        {
            var window = new InFlightWindow(0);
            var done = new List<bool>();
            var open = new List<(InFlightWindow.Slot Slot, List<int> Records)>();
            foreach (var operation in operations)
            {
                switch (operation % 4)
                {
                    case 0:
                        done.Add(false);
                        open.Add((window.Open(done.Count, operation), [done.Count - 1]));
                        break;
                    case 1:
                        done.Add(true);
                        window.Cover(done.Count);
                        break;
                    case 2 when open.Count > 0 && open[^1].Records[^1] == done.Count - 1:
                        done.Add(false);
                        open[^1].Records.Add(done.Count - 1);
                        window.Cover(done.Count);
                        break;
                    case 3 when open.Count > 0:
                        var (slot, records) = open[operation / 4 % open.Count];
                        open.Remove((slot, records));
                        records.ForEach(record => done[record] = true);
                        window.Complete(slot);
                        break;
                }

                var prefix = done.TakeWhile(d => d).Count();
                if (window.Committable != prefix) return false;
            }

            return true;
        }).QuickCheckThrowOnFailure();
    }
}
