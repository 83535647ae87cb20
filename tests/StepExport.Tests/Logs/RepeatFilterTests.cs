#pragma warning disable CA1848, CA1873, CA2254 // The tests are about messages that are put together at run time.
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using StepExport.Logs;

namespace StepExport.Tests.Logs;

public sealed class RepeatFilterTests : IDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(60);
    private readonly FakeTimeProvider _time = new();
    private readonly Said _said;

    public RepeatFilterTests() => _said = new(next => new RepeatFilter(next, Window, _time));

    public void Dispose() => _said.Dispose();

    [Fact]
    public void A_message_that_comes_again_is_counted_and_the_count_is_written_at_the_windows_end()
    {
        for (var i = 1; i <= 5; i++) Trouble("splunk", i, "refused");
        Assert.Equal(["splunk: failure 1: refused"], _said.Messages);

        _time.Advance(Window - TimeSpan.FromSeconds(1));
        Assert.Single(_said.Messages);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["splunk: failure 1: refused", "splunk: failure 5: refused (repeated 4 times in the last 60 s)"], _said.Messages);
    }

    [Fact]
    public void While_it_goes_on_there_is_one_count_a_window_and_after_a_quiet_one_it_is_new()
    {
        for (var second = 0; second < 180; second++)
        {
            Trouble("splunk", second, "refused");
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(4, _said.Messages.Count);
        Assert.EndsWith("(repeated 60 times in the last 60 s)", _said.Messages[^1], StringComparison.Ordinal);

        _time.Advance(Window);
        Trouble("splunk", 1, "refused");
        Assert.Equal("splunk: failure 1: refused", _said.Messages[^1]);
    }

    [Fact]
    public void A_single_repeat_is_written_as_it_was()
    {
        Trouble("splunk", 1, "refused");
        Trouble("splunk", 2, "refused");
        _time.Advance(Window);
        Assert.Equal(["splunk: failure 1: refused", "splunk: failure 2: refused"], _said.Messages);
    }

    [Fact]
    public void Another_sink_or_reason_or_level_or_exception_is_another_message()
    {
        Trouble("splunk", 1, "refused");
        Trouble("lake", 1, "refused");
        Trouble("splunk", 1, "gone");
        _said.Log.LogWarning(new IOException("a"), "failed");
        _said.Log.LogWarning(new TimeoutException("b"), "failed");
        Assert.Equal(5, _said.Messages.Count);
    }

    [Fact]
    public void Whole_numbers_of_an_error_say_where_it_is_and_make_it_another_message()
    {
        for (var i = 0; i < 3; i++) _said.Log.LogError("damaged from byte {From}; next attempt in {Seconds} s", 100 + i, 0.5 + i);
        for (var i = 0; i < 3; i++) _said.Log.LogError("damaged from byte {From}; next attempt in {Seconds} s", 100, 1.5 + i);
        Assert.Equal(3, _said.Messages.Count);
    }

    [Fact]
    public void What_ends_the_program_is_always_written()
    {
        for (var i = 0; i < 3; i++) _said.Log.LogCritical("the end");
        Assert.Equal(3, _said.Messages.Count);
    }

    [Fact]
    public void Counts_are_written_at_the_end_of_the_program()
    {
        for (var i = 1; i <= 3; i++) Trouble("splunk", i, "refused");
        _said.Dispose();
        Assert.Equal("splunk: failure 3: refused (repeated 2 times in the last 60 s)", _said.Messages[^1]);
    }

    [Fact]
    public void It_remembers_a_bounded_number_of_messages_and_writes_the_others_as_they_come()
    {
        const int More = 10;
        for (var round = 0; round < 2; round++)
            for (var i = 0; i < RepeatFilter.MaxMessages + More; i++) Trouble($"sink{i}", 1, "refused");
        Assert.Equal(RepeatFilter.MaxMessages + (2 * More), _said.Messages.Count);
    }

    [Fact]
    public void A_huge_message_is_not_remembered()
    {
        var huge = new string('x', 5000);
        for (var i = 0; i < 2; i++) Trouble("splunk", 1, huge);
        Assert.Equal(2, _said.Messages.Count);
    }

    private void Trouble(string sink, int failures, string reason) => _said.Log.LogWarning("{Sink}: failure {Failures}: {Reason}", sink, failures, reason);
}
