using StepExport.Core.Telemetry;
using StepExport.Logs;

namespace StepExport.Tests.Logs;

public sealed class LogQueueTests
{
    [Fact]
    public void It_is_bounded_in_bytes_whatever_the_number_of_lines()
    {
        var queue = new LogQueue();
        for (var i = 0; i < 100; i++) queue.Add(new byte[LogQueue.MaxBytes / 10]);
        Assert.Equal(new LogStatus(0, 90), queue.Status);

        Assert.True(queue.TryTake(int.MaxValue, out _));
        queue.Add(new byte[LogQueue.MaxBytes / 10]);
        Assert.Equal(90, queue.Status.Lost);
    }

    [Fact]
    public void What_was_lost_is_told_once()
    {
        var queue = new LogQueue();
        queue.Lose(3);
        Assert.Equal([3, 0], new[] { queue.TakeUntold(), queue.TakeUntold() });
        queue.Lose(2);
        Assert.Equal(2, queue.TakeUntold());
    }
}
